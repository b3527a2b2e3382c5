import { coreErrors } from './errors.ts'

/** A length of time: a bare number is milliseconds, a string carries its unit. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const pattern = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/

/**
 * The length of `duration` in milliseconds.
 * @throws HP_DURATION_INVALID for anything negative, infinite or unreadable
 */
export function parseDuration(duration: Duration | (string & {})): number {
  if (typeof duration === 'number') {
    if (Number.isFinite(duration) && duration >= 0) return duration
    throw coreErrors.HP_DURATION_INVALID({ given: String(duration) })
  }
  const match = pattern.exec(String(duration).trim())
  const ms = match ? Number(match[1]) * unitMs[match[2] as keyof typeof unitMs] : Infinity
  if (Number.isFinite(ms)) return ms
  throw coreErrors.HP_DURATION_INVALID({ given: JSON.stringify(duration) ?? String(duration) })
}

/** Milliseconds as a person would say them, in at most three significant figures: 0.42ms, 12.3ms, 1.5s, 15m. */
export function formatDuration(ms: number): string {
  // Rounded first: 999.7 ms is 1 s, not 1000 ms.
  const unit = (['d', 'h', 'm', 's'] as const).find((unit) => threeFigures(ms / unitMs[unit]) >= 1) ?? 'ms'
  return `${threeFigures(ms / unitMs[unit])}${unit}`
}

function threeFigures(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}
