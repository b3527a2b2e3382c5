import { median } from '@hotpath/core'

/** Points on either side that an outlier is held against: three strange ones in a row are outliers, four are a level. */
const reach = 3
/** In standard deviations of the noise. */
const farAway = 4

/**
 * The series with outliers drawn to where the noise ends, so that one bad run is no change (Hampel, "The Influence
 * Curve and its Role in Robust Estimation", 1974). At either end the window is the first or last seven points: what
 * has not lasted for four yet is not believed.
 */
export function tameOutliers(values: readonly number[], noise: readonly number[]): number[] {
  const width = 2 * reach + 1
  if (values.length < width) return [...values]
  return values.map((value, index) => {
    const from = Math.min(Math.max(0, index - reach), values.length - width)
    const middle = median(values.slice(from, from + width))
    const most = farAway * noise[index]!
    return Math.min(middle + most, Math.max(middle - most, value))
  })
}
