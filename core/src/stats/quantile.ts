/**
 * The value at quantile `q` in 0…1, interpolated between the two nearest values (type 7 of Hyndman and Fan, "Sample
 * Quantiles in Statistical Packages", 1996; what R and NumPy do by default).
 * @throws RangeError on an empty list, or a `q` outside 0…1
 */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new RangeError('There is no quantile of nothing.')
  if (!(q >= 0 && q <= 1)) throw new RangeError(`A quantile lies in 0…1, and ${q} does not.`)
  const sorted = [...values].sort((a, b) => a - b)
  const position = q * (sorted.length - 1)
  const below = Math.floor(position)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!
  return low === high ? low : low + (high - low) * (position - below)
}
