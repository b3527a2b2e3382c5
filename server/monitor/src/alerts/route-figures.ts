import { createHistogram, type HistogramJSON } from '@hotpath/core'
import type { RouteRecord } from '../request-metrics.ts'
import { sumWindows } from '../request-window.ts'
import { stepsBetween } from '../step-ring.ts'
import type { RouteFigures } from './records.ts'

/** How long the requests of each route took, as one process saw them: plain data. */
export type RouteTimes = { route: string; times: HistogramJSON }[]

/** Fewer requests of a window have no percentile. */
const leastRequests = 20

/** Between two moments, the second excluded. */
export function routeTimes(
  routes: ReadonlyMap<string, RouteRecord>,
  { from, to }: { from: number; to: number },
): RouteTimes {
  return Array.from(routes, ([route, { recent }]) => {
    const steps = stepsBetween(recent, recent.numberOf(from), recent.numberOf(to - 1))
    return { route, times: sumWindows(steps).times.toJSON() }
  })
}

/** What each route did in all processes; routes with too few requests are left out. */
export function routeFigures(all: readonly RouteTimes[]): Map<string, RouteFigures> {
  const found = new Map<string, RouteFigures>()
  for (const [route, told] of Map.groupBy(all.flat(), ({ route }) => route)) {
    const sum = createHistogram({ precisionBits: told[0]!.times.precisionBits })
    for (const { times } of told) sum.merge(times)
    const requests = sum.count()
    if (requests < leastRequests) continue
    found.set(route, { requests, p50Ms: round(sum.quantile(0.5)), p95Ms: round(sum.quantile(0.95)) })
  }
  return found
}

/** To a microsecond: what is kept of every minute should be short. */
const round = (ms: number) => Math.round(ms * 1000) / 1000
