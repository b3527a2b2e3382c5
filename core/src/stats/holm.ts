/**
 * The p-values of several tests, adjusted so that the chance of even one false alarm stays at the level each is
 * compared with (Holm, "A Simple Sequentially Rejective Multiple Test Procedure", 1979). In the order given.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p)
  const adjusted = Array.from({ length: pValues.length }, () => 1)
  let least = 0
  for (const [rank, { p, index }] of order.entries()) {
    least = Math.max(least, Math.min(1, (pValues.length - rank) * p))
    adjusted[index] = least
  }
  return adjusted
}
