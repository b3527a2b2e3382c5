import { type Fix, formatDuration, formatValue } from '@hotpath/core'
import type { Facts } from './facts.ts'

/** Milliseconds in a second of traffic, below which a route is not hot. */
const leastMs = 5
const leastPerSecond = 0.5
/** What a cache in front of a busy route usually takes over. */
const usualHits = 0.9

/** Hot GET routes that nothing is kept of. */
export function uncachedRoutes({ overview, routes }: Pick<Facts, 'overview' | 'routes'>): Fix[] {
  if (overview.layer === 'off') return []
  const cacheable = new Set<string>(
    routes
      .filter(({ method, options }) => method === 'GET' && options.fresh === undefined)
      .filter(({ options }) => options.visibility !== 'private')
      .map(({ pattern }) => pattern),
  )
  return overview.routes
    .filter(
      ({ route, hit, perSecond }) => cacheable.has(route) && hit === null && perSecond >= leastPerSecond,
    )
    .map((row) => ({ ...row, ms: row.perSecond * row.p50Ms }))
    .filter(({ ms }) => ms >= leastMs)
    .map(({ route, perSecond, p50Ms, p95Ms, ms, timeShare }) => ({
      id: `uncached-route:${route}`,
      kind: 'uncached-route' as const,
      title: `${route} is made anew at every request`,
      route,
      savedMsPerSecond: ms * usualHits,
      evidence: [
        `${formatValue(perSecond, 'perSecond')}, p50 ${formatDuration(p50Ms)}, p95 ${formatDuration(p95Ms)}`,
        `${formatValue(timeShare, 'ratio')} of the time of all requests`,
      ],
      action: {
        text: `Where its answer is the same for everybody, say how long it stays fresh: route('${route}', { fresh: '30s', stale: '10m' }).`,
        command: 'hotpath routes',
        screen: `routes?route=${encodeURIComponent(route)}`,
      },
    }))
}
