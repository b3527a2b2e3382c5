import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createHistogram, type Histogram } from '@hotpath/core'
import type { CacheOutcome, httpChannels, HttpRequestMessage } from '@hotpath/http/channels'
import type { postgresChannels, PostgresStatementMessage } from '@hotpath/postgres/channels'
import { otherRoute } from './label-sets.ts'

const requestChannel = 'hotpath:http:request' satisfies (typeof httpChannels)['request']
const statementChannel = 'hotpath:postgres:statement' satisfies (typeof postgresChannels)['statement']

/** What went by within one slice. Times are sums in milliseconds. */
export interface SliceCounts {
  requests: number
  errors: number
  requestMs: number
  /** Null when no request ended. */
  p95Ms: number | null
  /** How the HTTP cache fared. */
  outcomes: Record<CacheOutcome, number>
  /** Requests by the route as it was declared. */
  routes: Record<string, number>
  statements: number
  statementMs: number
  /** Of single statements, and of their waits for a connection; null when none ended. */
  statementP95Ms: number | null
  poolWaitP95Ms: number | null
}

/** Counts what the libraries publish. */
export interface SliceCounter {
  /** What was counted since the last call. */
  take(): SliceCounts
  close(): void
}

/** Most routes that are told apart in a slice; a route table is finite, what is published need not be. */
const maxRoutes = 200

/** Begins to count. */
export function createSliceCounter(): SliceCounter {
  const [times, executions, waits] = Array.from({ length: 3 }, () =>
    createHistogram({ precisionBits: 6 }),
  ) as [Histogram, Histogram, Histogram]
  let routes = new Map<string, number>()
  let counts = noCounts()

  const onRequest = (published: unknown): void => {
    const { route, status, durationMs, cache } = published as HttpRequestMessage
    counts.requests++
    if (status >= 500) counts.errors++
    counts.requestMs += durationMs
    counts.outcomes[cache]++
    times.record(durationMs)
    const name = routes.has(route) || routes.size < maxRoutes ? route : otherRoute
    routes.set(name, (routes.get(name) ?? 0) + 1)
  }
  const onStatement = (published: unknown): void => {
    const { durationMs, waitMs } = published as PostgresStatementMessage
    counts.statements++
    counts.statementMs += durationMs
    executions.record(durationMs)
    waits.record(waitMs)
  }

  subscribe(requestChannel, onRequest)
  subscribe(statementChannel, onStatement)
  return {
    take() {
      const taken = {
        ...counts,
        p95Ms: p95Of(times),
        statementP95Ms: p95Of(executions),
        poolWaitP95Ms: p95Of(waits),
        routes: Object.fromEntries(routes),
      }
      for (const histogram of [times, executions, waits]) histogram.reset()
      routes = new Map()
      counts = noCounts()
      return taken
    },
    close() {
      unsubscribe(requestChannel, onRequest)
      unsubscribe(statementChannel, onStatement)
    },
  }
}

const p95Of = (times: Histogram) => (times.count() === 0 ? null : times.quantile(0.95))

const noCounts = (): SliceCounts => ({
  requests: 0,
  errors: 0,
  requestMs: 0,
  p95Ms: null,
  outcomes: { hit: 0, stale: 0, collapsed: 0, miss: 0, bypass: 0, off: 0 },
  routes: {},
  statements: 0,
  statementMs: 0,
  statementP95Ms: null,
  poolWaitP95Ms: null,
})
