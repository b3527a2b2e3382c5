import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Clock } from '@hotpath/core'
import type { httpChannels, HttpRequestMessage } from '@hotpath/http/channels'
import type { postgresChannels, PostgresStatementMessage } from '@hotpath/postgres/channels'
import type { Buckets } from './buckets.ts'
import { createLabelSets, type LabelSet, type LabelSets, otherRoute } from './label-sets.ts'
import { type Counting, createOpenSteps, type Kept, type OpenSteps } from './open-steps.ts'
import { createRequestRing } from './request-window.ts'
import { countRequest, countStatement, createTally, sinceStart, type Tally } from './tally.ts'
import { createSeries } from './timeline/series.ts'

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

/** The shortest of all steps. */
const stepMs = 5_000

interface CountingRoute extends Counting {
  readonly record: RouteRecord
  /** The method and the status that came last, and where those are counted: it is nearly always the same. */
  method: string
  status: number
  set: Buckets
}

/** Listens to finished requests and counts them, each once. */
export function createRequestMetrics(options: RequestMetricsOptions): RequestMetrics {
  const { boundsMs, clock, maxLabelSets = 1_000, maxRoutes = 100 } = options
  const sets = createLabelSets({ boundsMs, maxSets: maxLabelSets })
  const steps = createOpenSteps({ stepMs, clock })
  const whole: Kept = { recent: createRequestRing({ stepMs, size: 128 }), course: createSeries() }
  const routes = new Map<string, CountingRoute>()
  const records = new Map<string, RouteRecord>()
  /** Statements that belong to no route. */
  const unrouted: Counting = { tally: createTally(boundsMs), into: [whole], isOpen: false }

  function admit(message: HttpRequestMessage): CountingRoute {
    const name = routes.size < maxRoutes ? message.route : otherRoute
    const known = routes.get(name)
    if (known) return known
    const counting = countingRoute(name, message, { sets, steps, whole, boundsMs })
    routes.set(name, counting)
    records.set(name, counting.record)
    return counting
  }
  const onRequest = (published: unknown): void => {
    const message = published as HttpRequestMessage
    const { method, status } = message
    const counting = routes.get(message.route) ?? admit(message)
    if (counting.status !== status || counting.method !== method) {
      counting.set = sets.find(method, counting.record.path, status).durations
      counting.method = method
      counting.status = status
    }
    steps.open(counting)
    countRequest(counting.tally, counting.set, message)
  }
  const onStatement = (published: unknown): void => {
    const { route } = published as PostgresStatementMessage
    const counting = (route === null ? undefined : routes.get(route)) ?? unrouted
    steps.open(counting)
    countStatement(counting.tally)
  }

  subscribe(channel, onRequest)
  subscribe(statementChannel, onStatement)
  return {
    labelSets: () => sets.all(),
    totals: () => totalsOf([...routes.values()]),
    get recent() {
      steps.settleAll()
      return whole.recent
    },
    get course() {
      steps.settleAll()
      return whole.course
    },
    routes: () => records,
    close() {
      unsubscribe(channel, onRequest)
      unsubscribe(statementChannel, onStatement)
    },
  }
}

interface Parts {
  sets: LabelSets
  steps: OpenSteps
  whole: Kept
  boundsMs: Float64Array
}

/** A route of that name whose first request is `message`. */
function countingRoute(
  name: string,
  { method, status }: HttpRequestMessage,
  { sets, steps, whole, boundsMs }: Parts,
): CountingRoute {
  const path = name.replace(/^[A-Z]+ /, '')
  const tally = createTally(boundsMs)
  const own: Kept = { recent: createRequestRing({ stepMs: 60_000, size: 10 }), course: createSeries() }
  const counting: CountingRoute = {
    tally,
    into: [whole, own],
    isOpen: false,
    method,
    status,
    set: sets.find(method, path, status).durations,
    record: {
      path,
      tally,
      get recent() {
        steps.settle(counting)
        return own.recent
      },
      get course() {
        steps.settle(counting)
        return own.course
      },
    },
  }
  return counting
}

function totalsOf(countings: readonly Counting[]): ReturnType<RequestMetrics['totals']> {
  const totals = { requests: 0, responseBytes: 0, hits: 0, lookups: 0 }
  for (const { tally } of countings) {
    const { requests, bytes, hits, lookups } = sinceStart(tally)
    totals.requests += requests
    totals.responseBytes += bytes
    totals.hits += hits
    totals.lookups += lookups
  }
  return totals
}
