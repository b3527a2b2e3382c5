import { quantile as quantileOf } from '@hotpath/core'
import { createRandom, type Random } from '../random/random.ts'
import { type Demand, fitDemands, mixOf } from './demand.ts'
import { fitLatency, type LatencyCurve, type MeasuredQuantile, quantileKeys } from './latency.ts'
import type { Measured, MeasuredRun } from './measured.ts'
import { type Forecast, furthest } from './points.ts'

/** What must hold for a rate to count as served. */
export interface Promised {
  quantile: MeasuredQuantile
  /** In milliseconds. */
  withinMs: number
}

/** What a system can do, from its server-side samples. */
export interface CapacityFit {
  endpoints: { name: string; share: number }[]
  /** The scarcest first: that is the bottleneck. */
  demands: Demand[]
  latency: Pick<LatencyCurve, 'quantile' | 'baseMs' | 'variability'>
  /** Least and most requests per second that were measured, in how many runs. */
  measured: { least: number; most: number; runs: number }
  /** The highest rate at which the promise holds, or why nothing is said of it. */
  knee: ({ prediction: Forecast } | RefusedKnee) & Promised
  /** The latency at a rate, in milliseconds, or why nothing is said of it. */
  latencyAt(rate: number): { prediction: Forecast } | { refused: string }
}

/** Why no highest rate is forecast, and what is known all the same. */
export interface RefusedKnee {
  refused: string
  /** The highest measured rate at which the promise held; null where it held at none. */
  held: number | null
  /** The rate from which on measurements would allow the forecast; null where higher rates would not help. */
  measureAt: number | null
}

export interface FitOptions extends Promised {
  /** @default 1 */
  seed?: number
  /** How often whole runs are drawn anew. @default 200 */
  resamples?: number
}

/**
 * What no bootstrap sees, as a share: that demands at higher loads are those at lower ones only roughly, beside how
 * far beyond the measured loads the forecast lies. Calibrated on simulated queues (benchmarks, suite capacity).
 */
const unknown = 0.02
const unknownPerDoubling = 0.05
/** 80 % of a normal distribution lie within this many deviations. */
const z80 = 1.2816

/**
 * Fits demands and latency, and says up to which rate a promise holds. Whole runs are drawn with replacement for the
 * interval: slices of one run resemble each other.
 */
export function fitCapacity(measured: Measured, options: FitOptions): CapacityFit {
  const { seed = 1, resamples = 200, quantile, withinMs } = options
  const whole = fitOnce(measured, options)
  const random = createRandom(seed)
  const draws = Array.from({ length: resamples }, () => {
    const runs = measured.runs.map(() => random.pick(measured.runs))
    return fitOnce({ ...measured, runs }, { ...options, shake: normal(random) })
  })
  const rates = measured.runs.map(({ rate }) => rate)
  const [least, most] = [Math.min(...rates), Math.max(...rates)]
  const interval = (estimate: number, given: readonly number[], at: number) =>
    widen(estimate, given, { runs: rates.length, beyond: at / most })
  const shares = mixOf(measured)
  return {
    endpoints: measured.endpoints.map((name, index) => ({ name, share: shares[index]! })),
    demands: whole.demands,
    latency: { quantile, baseMs: whole.curve.baseMs, variability: whole.curve.variability },
    measured: { least, most, runs: rates.length },
    knee: { quantile, withinMs, ...kneeOf() },
    latencyAt(rate) {
      const refused = tooFar(rate, most)
      if (refused) return { refused }
      const value = whole.curve.at(rate)
      if (value === Infinity) return { refused: usedUp(whole.demands, rate) }
      return {
        prediction: interval(
          value,
          draws.map(({ curve }) => curve.at(rate)),
          rate,
        ),
      }
    },
  }

  function kneeOf(): { prediction: Forecast } | RefusedKnee {
    const held = highestHeld(measured.runs, options)
    if (whole.knee === 0) {
      const refused = `Even without waiting, ${percentName(quantile)} is ${whole.curve.baseMs.toFixed(1)} ms and not within ${withinMs} ms.`
      return { refused, held, measureAt: null }
    }
    if (whole.knee === Infinity) {
      return { refused: unusedText(least, most), held, measureAt: null }
    }
    const measureAt = (marginOfKnee * whole.knee) / furthest
    const refused = tooFar(whole.knee, most, measureAt)
    if (refused) return { refused, held, measureAt }
    return {
      prediction: interval(
        whole.knee,
        draws.map(({ knee }) => knee),
        whole.knee,
      ),
    }
  }
}

/** From this share of failures on, a rate was not served, however quick the failures were. */
const mostFailed = 0.01

/** What was measured needs no model. */
function highestHeld(runs: readonly MeasuredRun[], { quantile, withinMs }: Promised): number | null {
  const held = runs.filter((run) => {
    const ms = run[quantileKeys[quantile]]
    return ms !== null && ms <= withinMs && (run.failedShare ?? 0) < mostFailed
  })
  return held.length === 0 ? null : Math.max(...held.map(({ rate }) => rate))
}

interface Once {
  demands: Demand[]
  curve: LatencyCurve
  knee: number
}

function fitOnce(measured: Measured, { quantile, withinMs, shake = 0 }: Promised & { shake?: number }): Once {
  const demands = fitDemands(measured)
  const curve = fitLatency(measured.runs, demands, { quantile, shake })
  return { demands, curve, knee: kneeOn(curve, demands, withinMs) }
}

/** By bisection: latency never falls as the rate grows. */
function kneeOn(curve: LatencyCurve, demands: readonly Demand[], withinMs: number): number {
  const limit = Math.min(...demands.map(({ mostPerSecond }) => mostPerSecond))
  if (curve.baseMs > withinMs) return 0
  if (!Number.isFinite(limit)) return Infinity
  let [low, high] = [0, limit]
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2
    if (curve.at(middle) <= withinMs) low = middle
    else high = middle
  }
  return low
}

/** Adds what the runs cannot show to the scatter of the draws, in logarithms. */
function widen(
  estimate: number,
  draws: readonly number[],
  { runs, beyond }: { runs: number; beyond: number },
): Forecast {
  const finite = draws.filter((draw) => Number.isFinite(draw) && draw > 0).map(Math.log)
  const centre = Math.log(estimate)
  // Drawn with replacement, few runs scatter too little.
  const small = Math.sqrt(runs / Math.max(1, runs - 1))
  const below = finite.length > 0 ? small * Math.max(0, centre - quantileOf(finite, 0.1)) : 0
  const above = finite.length > 0 ? small * Math.max(0, quantileOf(finite, 0.9) - centre) : 0
  const blind = z80 * Math.hypot(unknown, unknownPerDoubling * Math.max(0, Math.log2(beyond)))
  return {
    value: estimate,
    low: Math.exp(centre - Math.hypot(below, blind)),
    high: Math.exp(centre + Math.hypot(above, blind)),
  }
}

/** One run more moves the forecast a little, and must not be in vain. */
const marginOfKnee = 1.1

function tooFar(rate: number, most: number, measureAt = rate / furthest): string | null {
  if (rate <= furthest * most) return null
  const round = (value: number) => Number(value.toPrecision(3))
  return `${round(rate)} requests/s are more than ${furthest} × ${round(most)}, the highest rate that was measured: what limits there has not been seen yet. Measure at ${round(measureAt)}/s or more.`
}

/** From one rate alone nothing can be told of others. */
function unusedText(least: number, most: number): string {
  if (most > 1.2 * least) return 'No resource was seen to be used by requests.'
  return `All runs were at about ${Number(most.toPrecision(3))} requests/s, where what requests take cannot be told from what is always in use: measure at three rates or more.`
}

function usedUp(demands: readonly Demand[], rate: number): string {
  const { resource, mostPerSecond } = demands[0]!
  return `At ${rate} requests/s the ${resource} is used up: it lasts for ${mostPerSecond.toFixed(0)}/s.`
}

const percentName = (quantile: number) => `p${Math.round(quantile * 100)}`

/** A number of the standard normal distribution (Box and Muller). */
const normal = (random: Random) => Math.sqrt(2 * random.exponential()) * Math.cos(2 * Math.PI * random.next())
