import type { Measured, MeasuredRun, ResourceName } from './measured.ts'
import { nonNegativeLeastSquares } from './nnls.ts'

/** What a system uses of one resource. */
export interface Demand {
  resource: ResourceName
  /** How much of it there is: cores, connections. */
  capacity: number
  /** In use without any request. */
  base: number
  /** What one request takes of it where none finds it idle, in seconds, in the order of the endpoints. */
  perRequest: readonly number[]
  /** What a request of the measured mix takes of it, in seconds, where none finds it idle. */
  mean: number
  /** What a request takes of it besides, in seconds, when it finds it idle and has to wake it. */
  wake: number
  /** Requests per second of that mix at which it is used up (utilisation law); infinite where requests do not use it. */
  mostPerSecond: number
}

/**
 * How much of a resource is in use at a rate: base + rate·(mean + wake·idle), where the idle share is what is left of
 * it, and none where the rate is more than it lasts for.
 */
export function usedAt({ capacity, base, mean, wake }: Demand, rate: number): number {
  return Math.max(base + rate * mean, (base + rate * (mean + wake)) / (1 + (rate * wake) / capacity))
}

/** Shares of the endpoints in all requests that were measured. */
export function mixOf({ endpoints, runs }: Measured): number[] {
  const sums = endpoints.map((_, index) =>
    runs.reduce((sum, { slices }) => sum + slices.reduce((all, { rates }) => all + rates[index]!, 0), 0),
  )
  const total = sums.reduce((sum, value) => sum + value, 0)
  return sums.map((value) => (total === 0 ? 0 : value / total))
}

/**
 * The service-demand law, turned round: what is in use is what is always in use and, for each endpoint, its rate times
 * its demand (Lazowska et al., "Quantitative System Performance", 1984, chapter 3), solved over all slices by least
 * squares without negative demands. A request takes less of a CPU the busier that is, since fewer of them have to wake
 * it and it does more at a time (Kattepur and Nambiar, "Performance Modeling of Multi-tiered Web Applications with
 * Varying Service Demands", 2015). The scarcest resource first.
 */
export function fitDemands(measured: Measured): Demand[] {
  const mix = mixOf(measured)
  const names = Object.keys(measured.capacity) as ResourceName[]
  return names
    .flatMap((resource) => fitDemand(measured, resource, mix) ?? [])
    .sort((a, b) => a.mostPerSecond - b.mostPerSecond)
}

/** A slice: requests per second of each endpoint, and how much of the resource was in use. */
interface Observation {
  rates: readonly number[]
  used: number
  /** Share of the resource that was idle, on average over the run: a single slice's goes with its own noise. */
  idle: number
}

function fitDemand(measured: Measured, resource: ResourceName, mix: readonly number[]): Demand | undefined {
  const capacity = measured.capacity[resource]!
  const runs = measured.runs
    .map((run) => observations(run, resource, capacity))
    .filter((run) => run.length > 0)
  const rows = runs.flat()
  if (rows.length < 2) return undefined
  const still = solveDemand(rows, mix)
  // A connection is held as long, whether another one is in use or not.
  const canWake = resource !== 'pool' && new Set(measured.runs).size >= fewestRuns
  const { base, perRequest, wake } = canWake ? solveWaking(runs, mix, still) : still
  const mean = meanOf(perRequest, mix)
  const mostPerSecond = mean > 0 ? Math.max(0, capacity - base) / mean : Infinity
  return { resource, capacity, base, perRequest, mean, wake, mostPerSecond }
}

type Solved = Pick<Demand, 'base' | 'perRequest' | 'wake'>

/** Waking takes about as much as this share of the rest, give or take itself: what is believed before anything is seen. */
const likelyWake = 1 / 3
/** With fewer runs, a bend cannot be told from their scatter. */
const fewestRuns = 4

/** Waking is believed as far as the runs show it: scatter between them weighs against it, like one more observation. */
function solveWaking(runs: readonly Observation[][], mix: readonly number[], still: Solved): Solved {
  const likely = likelyWake * meanOf(still.perRequest, mix)
  if (likely === 0) return still
  return solveDemand(runs.flat(), mix, { likely, scatter: scatterOf(runs, still) })
}

function solveDemand(
  rows: readonly Observation[],
  mix: readonly number[],
  waking?: { likely: number; scatter: number },
): Solved {
  const scales = mix.map((_, index) => Math.max(...rows.map(({ rates }) => rates[index]!), Number.MIN_VALUE))
  const a = rows.map(({ rates, idle }) => [
    1,
    ...rates.map((rate, index) => rate / scales[index]!),
    ...(waking ? [waking.likely * sum(rates) * idle] : []),
  ])
  const b = rows.map(({ used }) => used)
  if (waking) {
    a.push([0, ...scales.map(() => 0), waking.scatter])
    b.push(waking.scatter)
  }
  const [base = 0, ...scaled] = nonNegativeLeastSquares(a, b)
  const perRequest = mix.map((_, index) => scaled[index]! / scales[index]!)
  return { base, perRequest, wake: waking ? waking.likely * scaled.at(-1)! : 0 }
}

/** Standard deviation of one slice that counts as much as the runs differ: slices of one run err alike. */
function scatterOf(runs: readonly Observation[][], { base, perRequest }: Solved): number {
  const squares = runs.map((run) => {
    const left = run.map(({ rates, used }) => used - base - meanOf(perRequest, rates))
    return sum(left) ** 2 / run.length
  })
  return Math.sqrt(sum(squares) / (runs.length - 2))
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)
const meanOf = (perRequest: readonly number[], weights: readonly number[]) =>
  perRequest.reduce((all, value, index) => all + value * weights[index]!, 0)

function observations({ slices }: MeasuredRun, resource: ResourceName, capacity: number): Observation[] {
  const seen = slices.flatMap(({ rates, used }) => {
    const value = used[resource]
    return value === undefined ? [] : [{ rates, used: value }]
  })
  const mean = sum(seen.map(({ used }) => used)) / seen.length
  return seen.map((slice) => ({ ...slice, idle: Math.max(0, 1 - mean / capacity) }))
}
