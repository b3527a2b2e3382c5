import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Clock } from '@hotpath/core'
import type { httpChannels, HttpRequestMessage } from '@hotpath/http/channels'
import type { postgresChannels, PostgresStatementMessage } from '@hotpath/postgres/channels'
import { type Buckets, createBuckets, observe } from './buckets.ts'
import { createLabelSets, type LabelSet, otherRoute } from './label-sets.ts'
import { createRequestRing } from './request-window.ts'
import { countInSteps, type Kept, type StepCounting, stepMs, turnTo } from './step-counting.ts'
import { countRequest, countStatement, sinceStart, type Tally } from './tally.ts'

const channel = 'hotpath:http:request' satisfies (typeof httpChannels)['request']
const statementChannel = 'hotpath:postgres:statement' satisfies (typeof postgresChannels)['statement']

export interface RequestMetricsOptions {
  /** Upper bounds of the duration buckets in milliseconds, ascending. */
  boundsMs: Float64Array
  clock: Clock
  /** Most combinations of method, route and status that are counted apart. @default 1_000 */
  maxLabelSets?: number
  /** Most routes whose last ten minutes are kept apart; each takes at most 270 kB. @default 100 */
  maxRoutes?: number
}

/** What is kept of one route; its last ten minutes in steps of one. */
export interface RouteRecord extends Kept {
  /** The path of its pattern, without the method. */
  readonly path: string
  /** Since the start. */
  readonly tally: Tally
  /** Since the start. */
  readonly durations: Buckets
}

/** What has gone by on `hotpath:http:request`; of all requests the last ten minutes in steps of five seconds. */
export interface RequestMetrics extends Kept {
  /** Since the start, per method, route and status. */
  labelSets(): readonly LabelSet[]
  /** Since the start. */
  totals(): { requests: number; responseBytes: number; hits: number; lookups: number }
  /** By the route as it was declared; those beyond the limit together under "other". */
  routes(): ReadonlyMap<string, RouteRecord>
  close(): void
}

interface CountedRoute {
  readonly steps: StepCounting
  readonly record: RouteRecord
  /** The method and the status that came last, and where those are counted: it is nearly always the same. */
  method: string
  status: number
  set: Buckets
}

/** Listens to finished requests and counts them: each under its route, and among all. */
export function createRequestMetrics(options: RequestMetricsOptions): RequestMetrics {
  const { boundsMs, clock, maxLabelSets = 1_000, maxRoutes = 100 } = options
  const sets = createLabelSets({ boundsMs, maxSets: maxLabelSets })
  const all = countInSteps(createRequestRing({ stepMs, size: 128 }))
  const routes = new Map<string, CountedRoute>()
  const records = new Map<string, RouteRecord>()

  function admit(message: HttpRequestMessage): CountedRoute {
    const name = routes.size < maxRoutes ? message.route : otherRoute
    const known = routes.get(name)
    if (known) return known
    const path = pathOf(name)
    const { durations } = sets.find(message.method, path, message.status)
    const { method, status } = message
    const steps = countInSteps(createRequestRing({ stepMs: 60_000, size: 10 }))
    const route = { steps, record: recordOf(path, steps, boundsMs), method, status, set: durations }
    routes.set(name, route)
    records.set(name, route.record)
    return route
  }
  const onRequest = (published: unknown): void => {
    const message = published as HttpRequestMessage
    const { method, status } = message
    const now = clock()
    const route = routes.get(message.route) ?? admit(message)
    if (route.status !== status || route.method !== method) {
      route.set = sets.find(method, route.record.path, status).durations
      route.method = method
      route.status = status
    }
    observe(route.record.durations, message.durationMs, route.set)
    turnTo(route.steps, now)
    countRequest(route.steps.tally, message)
    turnTo(all, now)
    countRequest(all.tally, message)
  }
  const onStatement = (published: unknown): void => {
    const { route: name } = published as PostgresStatementMessage
    const now = clock()
    turnTo(all, now)
    countStatement(all.tally)
    const route = name === null ? undefined : routes.get(name)
    if (route === undefined) return
    turnTo(route.steps, now)
    countStatement(route.steps.tally)
  }

  subscribe(channel, onRequest)
  subscribe(statementChannel, onStatement)
  return {
    labelSets: () => sets.all(),
    totals() {
      const { requests, bytes, hits, lookups } = sinceStart(all.tally)
      return { requests, responseBytes: bytes, hits, lookups }
    },
    get recent() {
      return all.kept.recent
    },
    get course() {
      return all.kept.course
    },
    routes: () => records,
    close() {
      unsubscribe(channel, onRequest)
      unsubscribe(statementChannel, onStatement)
    },
  }
}

function recordOf(path: string, { tally, kept }: StepCounting, boundsMs: Float64Array): RouteRecord {
  return {
    path,
    tally,
    durations: createBuckets(boundsMs),
    get recent() {
      return kept.recent
    },
    get course() {
      return kept.course
    },
  }
}

const pathOf = (route: string) => route.replace(/^[A-Z]+ /, '')
