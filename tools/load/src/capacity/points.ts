import { normalTail } from '@hotpath/core'
import { type ScalingCurve, type ScalingFamily, scalingCurves } from './scaling-curves.ts'

/** One measurement of a scaling system. */
export interface ScalingPoint {
  /** Users, threads, processes, replicas: whatever was scaled. */
  load: number
  /** Work done per unit of time. */
  throughput: number
}

/** A figure with the bounds between which four of five such forecasts come true. */
export interface Forecast {
  value: number
  low: number
  high: number
}

/** What can be said of a scaling system from its measurements. */
export interface ScalingFit {
  /** Measured loads, least and most. */
  loads: { least: number; most: number; count: number }
  /** How much each kind of curve is believed, 0…1. */
  weights: Record<ScalingFamily, number>
  /** Scatter of the measurements around the curve that comes closest, as a share. */
  scatter: number
  /** At another load, or why nothing is said about it. */
  predict(load: number): { prediction: Forecast } | { refused: string }
}

export interface ScalingFitOptions {
  /** Kinds of curve that are considered. @default all */
  families?: readonly ScalingFamily[]
  /** Multiple of the highest measured load beyond which nothing is said. @default 2 */
  mostBeyond?: number
}

/** Forecasts beyond this multiple of the measured load are refused: nothing of what limits there was seen. */
export const furthest = 2

/** Scatter that is assumed at least: no two runs are the same. */
const leastScatter = 0.015
/**
 * What no curve knows, as scatter per doubling of the load beyond what was measured. Calibrated on public
 * measurements (test/capacity/points.test.ts).
 */
const unknownPerDoubling = 0.08
/** Nearer to the edge counts for more: (load ÷ most)^emphasis. */
const emphasis = 0.5
/** Ends of the interval: 10 % lie below, 10 % above. */
const tail = 0.1

/**
 * Averages linear, Amdahl's, Gunther's and bounded growth over all their parameters, each weighted by how well it
 * explains the measurements (for a curve that is the same as how well it forecast each from the others). One curve
 * alone cannot forecast: fitted to the lower loads of public data, Gunther's misses the higher ones by up to a half.
 */
export function fitScaling(
  given: readonly ScalingPoint[],
  { families, mostBeyond = furthest }: ScalingFitOptions = {},
): ScalingFit {
  const points = [...given].sort((a, b) => a.load - b.load)
  const most = points.at(-1)!.load
  const curves = scalingCurves(most).filter(({ family }) => families?.includes(family) ?? true)
  const beliefs = weigh(points, curves)
  const weights = { linear: 0, amdahl: 0, usl: 0, bounded: 0 }
  for (const { curve, weight } of beliefs) weights[curve.family] += weight
  const scatter = Math.sqrt(Math.min(...beliefs.map(({ variance }) => variance)))
  return {
    loads: { least: points[0]!.load, most, count: points.length },
    weights,
    scatter,
    predict(load) {
      if (!(load > 0)) return { refused: 'A load is a number above 0.' }
      if (load > mostBeyond * most) {
        return {
          refused: `${load} is more than ${mostBeyond} × ${most}, the highest load that was measured: what limits there has not been seen yet. Measure up to ${Math.ceil(load / mostBeyond)} or more.`,
        }
      }
      return { prediction: forecast(beliefs, load, most) }
    },
  }
}

/** A curve, how much it is believed, and where it lies. */
interface Belief {
  curve: ScalingCurve
  weight: number
  /** Logarithm of the factor that brings it to the measurements. */
  level: number
  /** Of the measurements around it, in logarithms. */
  variance: number
}

/** The level and the scatter of each curve are integrated out, which leaves the weighted squares of what is left over. */
function weigh(points: readonly ScalingPoint[], curves: readonly ScalingCurve[]): Belief[] {
  const most = points.at(-1)!.load
  const weights = points.map(({ load }) => (load / most) ** emphasis)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const found = curves.map((curve) => {
    const left = points.map(({ load, throughput }) => Math.log(throughput / curve.at(load)))
    const level = left.reduce((sum, value, index) => sum + weights[index]! * value, 0) / total
    const squares = left.reduce((sum, value, index) => sum + weights[index]! * (value - level) ** 2, 0)
    const spread = squares + total * leastScatter ** 2
    // Degrees of freedom: one is spent on the level.
    const freedom = Math.max(1, total - 1)
    return {
      curve,
      level,
      variance: spread / total,
      logWeight: Math.log(curve.prior) - (freedom / 2) * Math.log(spread),
    }
  })
  const best = Math.max(...found.map(({ logWeight }) => logWeight))
  const raw = found.map(({ logWeight }) => Math.exp(logWeight - best))
  const sum = raw.reduce((all, value) => all + value, 0)
  return found.map(({ curve, level, variance }, index) => ({
    curve,
    level,
    variance,
    weight: raw[index]! / sum,
  }))
}

/** Quantiles of the mixture of what every belief says. */
function forecast(beliefs: readonly Belief[], load: number, most: number): Forecast {
  const beyond = Math.max(0, Math.log2(load / most))
  const parts = beliefs
    .filter(({ weight }) => weight > 1e-9)
    .map(({ curve, weight, level, variance }) => ({
      weight,
      mean: level + Math.log(curve.at(load)),
      deviation: Math.sqrt(variance + (unknownPerDoubling * beyond) ** 2),
    }))
  return {
    value: Math.exp(mixtureQuantile(parts, 0.5)),
    low: Math.exp(mixtureQuantile(parts, tail)),
    high: Math.exp(mixtureQuantile(parts, 1 - tail)),
  }
}

interface Part {
  weight: number
  mean: number
  deviation: number
}

/** By bisection: the distribution function of a mixture has no closed inverse. */
function mixtureQuantile(parts: readonly Part[], q: number): number {
  let low = Math.min(...parts.map(({ mean, deviation }) => mean - 6 * deviation))
  let high = Math.max(...parts.map(({ mean, deviation }) => mean + 6 * deviation))
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2
    const below = parts.reduce(
      (sum, { weight, mean, deviation }) => sum + weight * (1 - normalTail((middle - mean) / deviation)),
      0,
    )
    if (below < q) low = middle
    else high = middle
  }
  return (low + high) / 2
}
