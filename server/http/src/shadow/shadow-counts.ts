/** What a route's policy would have done, since the start. */
export interface ShadowRoute {
  /** The declared pattern, or `other`. */
  readonly route: string
  /** GET and HEAD requests. */
  readonly requests: number
  /** Those that would have been answered from the store, fresh. */
  readonly hits: number
  /** Those that would have been answered stale, while a new response was fetched. */
  readonly staleHits: number
  /** Those that would have been stored for the next. */
  readonly misses: number
  /** Those in which the cache would have had no part. */
  readonly uncacheable: number
  /** Body bytes sent, and those of them that the store would have sent. */
  readonly bytes: number
  readonly hitBytes: number
  /** Why answers would not have been stored: how often, by the detail of Cache-Status. */
  readonly reasons: Readonly<Record<string, number>>
}

/** How one request would have been answered. */
export type ShadowOutcome = 'hits' | 'staleHits' | 'misses' | 'uncacheable'

type Counts = { -readonly [Field in Exclude<keyof ShadowRoute, 'route' | 'reasons'>]: number } & {
  reasons: Map<string, number>
}

/** Routes counted by name; labels are declared patterns, so there are few. */
export function createShadowCounts(): {
  count(route: string, what: { outcome: ShadowOutcome; bytes: number; reason: string | null }): void
  read(): ShadowRoute[]
} {
  const byRoute = new Map<string, Counts>()
  const begin = (): Counts => ({
    requests: 0,
    hits: 0,
    staleHits: 0,
    misses: 0,
    uncacheable: 0,
    bytes: 0,
    hitBytes: 0,
    reasons: new Map(),
  })
  return {
    count(route, { outcome, bytes, reason }) {
      let counts = byRoute.get(route)
      if (!counts) byRoute.set(route, (counts = begin()))
      counts.requests += 1
      counts[outcome] += 1
      counts.bytes += bytes
      if (outcome === 'hits' || outcome === 'staleHits') counts.hitBytes += bytes
      if (reason !== null) counts.reasons.set(reason, (counts.reasons.get(reason) ?? 0) + 1)
    },
    read: () =>
      Array.from(byRoute, ([route, { reasons, ...counts }]) => ({
        route,
        ...counts,
        reasons: Object.fromEntries(reasons),
      })),
  }
}
