import type { RouteRecord } from '../request-metrics.ts'
import { sumWindows } from '../request-window.ts'
import { stepsBetween } from '../step-ring.ts'
import type { RouteFigures } from './records.ts'

/** Fewer requests of a window have no percentile. */
const leastRequests = 20

/** What each route did between two moments, the second excluded; routes with too few requests are left out. */
export function routeFigures(
  routes: ReadonlyMap<string, RouteRecord>,
  { from, to }: { from: number; to: number },
): Map<string, RouteFigures> {
  const found = new Map<string, RouteFigures>()
  for (const [route, { recent }] of routes) {
    const { requests, times } = sumWindows(
      stepsBetween(recent, recent.numberOf(from), recent.numberOf(to - 1)),
    )
    if (requests < leastRequests) continue
    found.set(route, { requests, p50Ms: round(times.quantile(0.5)), p95Ms: round(times.quantile(0.95)) })
  }
  return found
}

/** To a microsecond: what is kept of every minute should be short. */
const round = (ms: number) => Math.round(ms * 1000) / 1000
