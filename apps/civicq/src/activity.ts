/** How long it takes until something that happened counts half as much for what is trending. */
export const halfLifeMs = 2 * 86_400_000

/**
 * What an event at `at` weighs, seen from the landmark: the same as `activity_weight` in the database (migrations.ts,
 * where the reason for the bounds stands).
 */
export function activityWeight(at: number, landmark: number): number {
  return 2 ** Math.max(-1000, Math.min(1000, (at - landmark) / halfLifeMs))
}
