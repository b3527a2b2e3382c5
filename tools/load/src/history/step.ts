import { studentP, type Weighted } from '@hotpath/core'

/** A series in which steps are looked for, and what is known of its noise. */
export interface Levels {
  /** On a scale on which differences are shares. The weight is 1 ÷ the variance of the noise there. */
  points: readonly Weighted[]
  /** By how much neighbours that depend on each other make a mean less certain: a factor of its variance, at least 1. */
  dependence: number
  /** Smaller steps are none. */
  least: number
}

/** The stretches `from`…`at` − 1 and `at`…`to` − 1. */
export interface Span {
  from: number
  at: number
  to: number
}

/** How sure it is that the level changes at a place: p is 1 where it does not, whatever the figures. */
export interface Step {
  p: number
}

/** Less than this many standard deviations is no change of level to a reader, however many points prove it. */
const leastEffect = 0.75
/** So many points' worth of the noise around is mixed into the variance of a stretch: few points are alike by chance. */
const prior = 4
const placeParameters = 1
const mostCorrelation = 0.6

interface Stretch {
  mean: number
  variance: number
  /** Variance of the mean. */
  uncertainty: number
  freedom: number
}

/** Whether the level of the series changes between two neighbouring stretches (Welch, 1947), and not only its slope. */
export function stepBetween(levels: Levels, { from, at, to }: Span): Step {
  const { points, dependence, least } = levels
  const a = stretchOf(points.slice(from, at))
  const b = stretchOf(points.slice(at, to))
  const difference = b.mean - a.mean
  const spread = Math.sqrt((a.variance + b.variance) / 2)
  if (Math.abs(difference) < Math.max(least, leastEffect * spread)) return { p: 1 }
  const uncertainty = a.uncertainty + b.uncertainty
  const freedom = uncertainty ** 2 / (a.uncertainty ** 2 / a.freedom + b.uncertainty ** 2 / b.freedom)
  const p = studentP(difference / Math.sqrt(uncertainty * dependence), freedom)
  return { p: Math.max(p, slopeP(points.slice(from, to), at - from, dependence)) }
}

function stretchOf(points: readonly Weighted[]): Stretch {
  const weights = points.reduce((sum, { weight }) => sum + weight, 0)
  const mean = points.reduce((sum, { value, weight }) => sum + weight * value, 0) / weights
  const squares = points.reduce((sum, { value, weight }) => sum + weight * (value - mean) ** 2, 0)
  const freedom = points.length - 1 + prior
  const overNoise = (squares + prior) / freedom
  return { mean, variance: (overNoise * points.length) / weights, uncertainty: overNoise / weights, freedom }
}

/**
 * 0 where a step alone explains the points better than a slope alone. Else how likely a step as large as this would be
 * on top of the slope by chance: a drift is cut into stairs by whoever looks for steps.
 */
function slopeP(points: readonly Weighted[], at: number, dependence: number): number {
  const n = points.length
  const time = centred(points, (_, index) => index)
  const step = centred(points, (_, index) => (index < at ? 0 : 1))
  const y = centred(points, ({ value }) => value)
  const [tt, ss, ts] = [dot(time, time), dot(step, step), dot(time, step)]
  const [ty, sy, yy] = [dot(time, y), dot(step, y), dot(y, y)]
  const errorOfSlope = yy - ty ** 2 / tt
  const errorOfStep = yy - sy ** 2 / ss
  // The place of a step was chosen among many, which is worth one parameter more than a slope has (Schwarz, 1978).
  if (errorOfStep * n ** (placeParameters / n) <= errorOfSlope) return 0
  const determinant = tt * ss - ts ** 2
  if (n < 4 || determinant <= 1e-12 * tt * ss) return 1
  const height = (tt * sy - ts * ty) / determinant
  const slope = (ss * ty - ts * sy) / determinant
  const variance = Math.max(0, yy - slope * ty - height * sy) / (n - 3)
  return studentP(height / Math.sqrt(((variance * tt) / determinant) * dependence), n - 3)
}

/** Offsets from the weighted mean, in standard deviations of the noise. */
function centred(points: readonly Weighted[], pick: (point: Weighted, index: number) => number): number[] {
  const weights = points.reduce((sum, { weight }) => sum + weight, 0)
  const mean = points.reduce((sum, point, index) => sum + point.weight * pick(point, index), 0) / weights
  return points.map((point, index) => (pick(point, index) - mean) * Math.sqrt(point.weight))
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0)
}

/**
 * (1 + r) ÷ (1 − r) for the correlation r of neighbouring residuals, where it is more than chance: what a mean of
 * dependent points is less certain by (Bayley and Hammersley, "The Effective Number of Independent Observations in an
 * Autocorrelated Time Series", 1946).
 */
export function dependence(points: readonly Weighted[], edges: readonly number[]): number {
  let products = 0
  let squares = 0
  for (const [place, from] of edges.slice(0, -1).entries()) {
    const stretch = points.slice(from, edges[place + 1])
    const { mean } = stretchOf(stretch)
    const residuals = stretch.map(({ value, weight }) => (value - mean) * Math.sqrt(weight))
    products += dot(residuals.slice(1), residuals)
    squares += dot(residuals, residuals)
  }
  // Means of short stretches follow their own points, which hides some of it.
  const hidden = (edges.length - 1) / points.length
  const correlation = squares > 0 ? products / squares + hidden : 0
  if (correlation < 2 / Math.sqrt(points.length)) return 1
  const r = Math.min(mostCorrelation, correlation)
  return (1 + r) / (1 - r)
}
