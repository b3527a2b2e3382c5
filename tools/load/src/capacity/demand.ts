import type { Measured, MeasuredRun, ResourceName } from './measured.ts'
import { nonNegativeLeastSquares } from './nnls.ts'

/** What a system uses of one resource. */
export interface Demand {
  resource: ResourceName
  /** How much of it there is: cores, connections. */
  capacity: number
  /** In use without any request. */
  base: number
  /** What one request takes of it, in seconds, in the order of the endpoints. */
  perRequest: readonly number[]
  /** What a request of the measured mix takes of it, in seconds. */
  mean: number
  /** Requests per second of that mix at which it is used up (utilisation law); infinite where requests do not use it. */
  mostPerSecond: number
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
 * squares without negative demands. The scarcest resource first.
 */
export function fitDemands(measured: Measured): Demand[] {
  const mix = mixOf(measured)
  const names = Object.keys(measured.capacity) as ResourceName[]
  return names
    .flatMap((resource) => fitDemand(measured, resource, mix) ?? [])
    .sort((a, b) => a.mostPerSecond - b.mostPerSecond)
}

function fitDemand(measured: Measured, resource: ResourceName, mix: readonly number[]): Demand | undefined {
  const capacity = measured.capacity[resource]!
  const rows = measured.runs.flatMap((run) => observations(run, resource))
  if (rows.length < 2) return undefined
  const scales = mix.map((_, index) => Math.max(...rows.map(({ rates }) => rates[index]!), Number.MIN_VALUE))
  const [base = 0, ...scaled] = nonNegativeLeastSquares(
    rows.map(({ rates }) => [1, ...rates.map((rate, index) => rate / scales[index]!)]),
    rows.map(({ used }) => used),
  )
  const perRequest = scaled.map((value, index) => value / scales[index]!)
  const mean = perRequest.reduce((sum, value, index) => sum + value * mix[index]!, 0)
  const mostPerSecond = mean > 0 ? Math.max(0, capacity - base) / mean : Infinity
  return { resource, capacity, base, perRequest, mean, mostPerSecond }
}

function observations({ slices }: MeasuredRun, resource: ResourceName) {
  return slices.flatMap(({ rates, used }) => {
    const value = used[resource]
    return value === undefined ? [] : [{ rates, used: value }]
  })
}
