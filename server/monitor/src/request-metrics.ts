import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Clock } from '@hotpath/core'
import type { httpChannels, HttpRequestMessage } from '@hotpath/http/channels'
import type { postgresChannels, PostgresStatementMessage } from '@hotpath/postgres/channels'
import { createLabelSets, type LabelSet, otherRoute } from './label-sets.ts'
import { observe } from './buckets.ts'
import { addRequest, createRequestRing, isHit, isLookup, type RequestWindow } from './request-window.ts'
import { createSeries, type Series } from './timeline/series.ts'
import type { StepRing } from './step-ring.ts'

const channel = 'hotpath:http:request' satisfies (typeof httpChannels)['request']
const statementChannel = 'hotpath:postgres:statement' satisfies (typeof postgresChannels)['statement']

export interface RequestMetricsOptions {
  /** Upper bounds of the duration buckets in milliseconds, ascending. */
  boundsMs: Float64Array
  clock: Clock
  /** Most combinations of method, route and status that are counted apart. @default 1_000 */
  maxLabelSets?: number
  /** Most routes whose last ten minutes are kept apart; each takes at most 250 kB. @default 100 */
  maxRoutes?: number
}

/** What is kept of one route. */
export interface RouteRecord {
  /** The path of its pattern, without the method. */
  readonly path: string
  /** Its last ten minutes, in steps of one. */
  readonly recent: StepRing<RequestWindow>
  /** Its last day. */
  readonly course: Series
}

/** What has gone by on `hotpath:http:request`. */
export interface RequestMetrics {
  /** Since the start, per method, route and status. */
  labelSets(): readonly LabelSet[]
  /** Since the start. */
  totals(): { requests: number; responseBytes: number; hits: number; lookups: number }
  /** All requests of the last ten minutes, in steps of five seconds. */
  readonly recent: StepRing<RequestWindow>
  /** All requests of the last day. */
  readonly course: Series
  /** By the route as it was declared; those beyond the limit together under "other". */
  routes(): ReadonlyMap<string, RouteRecord>
  close(): void
}

/** Places in the totals, which are typed numbers: a counter in a closure would allocate once it is large. */
const [REQUESTS, BYTES, HITS, LOOKUPS] = [0, 1, 2, 3] as const

/** Listens to finished requests and counts them, for well under 300 ns each. */
export function createRequestMetrics(options: RequestMetricsOptions): RequestMetrics {
  const { boundsMs, clock, maxLabelSets = 1_000, maxRoutes = 100 } = options
  const sets = createLabelSets({ boundsMs, maxSets: maxLabelSets })
  const recent = createRequestRing({ stepMs: 5_000, size: 128 })
  const course = createSeries()
  const routes = new Map<string, RouteRecord>()
  const totals = new Float64Array(4)

  const admit = (route: string): RouteRecord => {
    const name = routes.size < maxRoutes ? route : otherRoute
    let record = routes.get(name)
    if (!record) {
      record = {
        path: pathOf(name),
        recent: createRequestRing({ stepMs: 60_000, size: 10 }),
        course: createSeries(),
      }
      routes.set(name, record)
    }
    return record
  }
  const onRequest = (published: unknown): void => {
    const message = published as HttpRequestMessage
    const now = clock()
    const record = routes.get(message.route) ?? admit(message.route)
    observe(sets.find(message.method, record.path, message.status).durations, message.durationMs)
    addRequest(recent.at(now), message)
    addRequest(record.recent.at(now), message)
    course.request(now, message)
    record.course.request(now, message)
    totals[REQUESTS]! += 1
    totals[BYTES]! += message.bytes
    if (isLookup(message)) totals[LOOKUPS]! += 1
    if (isHit(message)) totals[HITS]! += 1
  }

  const onStatement = (published: unknown): void => {
    const { route } = published as PostgresStatementMessage
    const now = clock()
    recent.at(now).statements++
    course.statement(now)
    const record = route === null ? undefined : routes.get(route)
    if (record === undefined) return
    record.recent.at(now).statements++
    record.course.statement(now)
  }

  subscribe(channel, onRequest)
  subscribe(statementChannel, onStatement)
  return {
    labelSets: () => sets.all(),
    totals: () => ({
      requests: totals[REQUESTS]!,
      responseBytes: totals[BYTES]!,
      hits: totals[HITS]!,
      lookups: totals[LOOKUPS]!,
    }),
    recent,
    course,
    routes: () => routes,
    close() {
      unsubscribe(channel, onRequest)
      unsubscribe(statementChannel, onStatement)
    },
  }
}

const pathOf = (route: string) => route.replace(/^[A-Z]+ /, '')
