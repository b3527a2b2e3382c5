import { median } from '@hotpath/core'
import { type Demand, usedAt } from './demand.ts'
import type { MeasuredRun } from './measured.ts'
import { waitMs } from './waiting.ts'

/** Response times over the arrival rate. */
export interface LatencyCurve {
  quantile: number
  /** Without waiting, in milliseconds. */
  baseMs: number
  /** Fitted: how bursty arrivals and services are; 1 is Poisson and exponential. */
  variability: number
  /** In milliseconds, at requests per second; infinite where a resource is used up. */
  at(rate: number): number
}

/** What is assumed of the variability before anything is seen, and how many runs that is worth. */
const prior = { variability: 1, runs: 0.5 }
/** Scatter of the logarithm of the variability that one run shows. */
const scatterOfOne = 0.35
const bounds = { least: 0.1, most: 30 }

/** Resources that requests queue at. The others are parts of these, or what they share. */
const queues = (demand: Demand) =>
  demand.resource === 'event loop' || demand.resource === 'pool' || demand.resource === 'shared CPU'

/** Where a measured run holds a quantile. */
export const quantileKeys = { 0.5: 'p50Ms', 0.95: 'p95Ms', 0.99: 'p99Ms' } as const
export type MeasuredQuantile = keyof typeof quantileKeys

export interface LatencyOptions {
  quantile: MeasuredQuantile
  /** How many deviations the variability is moved from its estimate, for an interval. @default 0 */
  shake?: number
}

/** Fits what the demands leave open: the time without waiting, and the variability. */
export function fitLatency(
  runs: readonly MeasuredRun[],
  demands: readonly Demand[],
  { quantile, shake = 0 }: LatencyOptions,
): LatencyCurve {
  const key = quantileKeys[quantile]
  const stations = demands.filter(queues)
  const limit = Math.min(...demands.map(({ mostPerSecond }) => mostPerSecond))
  const seen = runs.flatMap((run) => {
    const ms = run[key]
    return ms === null ? [] : [{ ms, waiting: waitingAt(stations, run.rate, quantile) }]
  })
  const usable = seen.filter(({ waiting }) => Number.isFinite(waiting))
  // What would be left without waiting: the calmest third of the runs, each less what it should have waited.
  const calm = usable.toSorted((a, b) => a.waiting - b.waiting).slice(0, Math.ceil(usable.length / 3))
  const baseMs =
    calm.length === 0 ? 0 : median(calm.map(({ ms, waiting }) => Math.max(0.2 * ms, ms - waiting)))
  const variability = fitVariability(usable, { baseMs, shake })
  return {
    quantile,
    baseMs,
    variability,
    at(rate) {
      return rate >= limit ? Infinity : baseMs + variability * waitingAt(stations, rate, quantile)
    },
  }
}

/** By least squares of the logarithms, with the prior as one more run: one wild run moves it little. */
function fitVariability(
  seen: readonly { ms: number; waiting: number }[],
  { baseMs, shake }: { baseMs: number; shake: number },
): number {
  let squares = prior.runs
  let sum = prior.runs * Math.log(prior.variability)
  for (const { ms, waiting } of seen) {
    if (waiting <= 0.02 * baseMs) continue
    const extra = Math.max(0.02 * waiting, ms - baseMs)
    // A wait that is small beside the rest says little of it.
    const weight = Math.min(1, waiting / baseMs)
    squares += weight
    sum += weight * Math.log(extra / waiting)
  }
  return Math.min(
    bounds.most,
    Math.max(bounds.least, Math.exp(sum / squares + (shake * scatterOfOne) / Math.sqrt(squares))),
  )
}

/** Waits of all stations at a variability of 1, in milliseconds. */
function waitingAt(stations: readonly Demand[], rate: number, quantile: number): number {
  const waits = stations.map((station) => {
    const { capacity, mean } = station
    const servers = Math.max(1, Math.round(capacity))
    return waitMs(
      { servers, serviceMs: 1000 * mean, variability: 1 },
      usedAt(station, rate) / capacity,
      quantile,
    )
  })
  // Hardly anybody waits longest at all of them: the longest, and half of the others.
  const longest = Math.max(0, ...waits)
  if (longest === Infinity) return Infinity
  return longest + (waits.reduce((sum, wait) => sum + wait, 0) - longest) / 2
}
