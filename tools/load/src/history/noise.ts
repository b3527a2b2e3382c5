import { median } from '@hotpath/core'

/** Points before one, and points after it, whose differences say how noisy the series is there: the noisier side counts. */
const reach = 30
/** Of a normal distribution: standard deviation ÷ median absolute deviation. */
const madToDeviation = 1.4826
/** The noise of a stretch is not believed to be less than this share of the whole series': stretches can be quiet by chance. */
const leastShare = 0.5

/**
 * The standard deviation of the noise around each point, from the differences of neighbours: a step makes one large
 * difference, which a median does not notice. Never below `least`.
 */
export function noiseAround(values: readonly number[], least: number): number[] {
  const differences = values.slice(1).map((value, index) => Math.abs(value - values[index]!))
  const overall = Math.max(least, deviationOf(differences))
  if (values.length <= 2 * reach) return values.map(() => overall)
  return values.map((_, index) => {
    const earlier = differences.slice(Math.max(0, index - reach), index)
    const later = differences.slice(index, index + reach)
    return Math.max(leastShare * overall, believable(earlier), believable(later))
  })
}

/** 0 for the few points before the beginning or after the end. */
function believable(differences: readonly number[]): number {
  return differences.length < reach ? 0 : deviationOf(differences)
}

/** From absolute differences of neighbours, each of which holds the noise of two points. */
function deviationOf(differences: readonly number[]): number {
  if (differences.length === 0) return 0
  const middle = median(differences)
  if (middle > 0) return (madToDeviation * middle) / Math.SQRT2
  // More than half of the neighbours are equal (coarse or repeated figures): what moves at all, spread over all.
  const small = [...differences].sort((a, b) => a - b).slice(0, Math.ceil(0.9 * differences.length))
  return Math.sqrt(small.reduce((sum, value) => sum + value * value, 0) / small.length / 2)
}
