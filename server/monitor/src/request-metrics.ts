import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Clock } from '@hotpath/core'
import type { httpChannels, HttpRequestMessage } from '@hotpath/http/channels'
import type { postgresChannels, PostgresStatementMessage } from '@hotpath/postgres/channels'
import type { Buckets } from './buckets.ts'
import { createLabelSets, type LabelSet, otherRoute } from './label-sets.ts'
import { addTo, createRequestRing, type RequestWindow } from './request-window.ts'
import type { StepRing } from './step-ring.ts'
import { countRequest, countStatement, createTally, sinceStart, takeStep, type Tally } from './tally.ts'
import { createSeries, type Series } from './timeline/series.ts'

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

/** What is kept of some requests over time. */
export interface Kept {
  /** Their last ten minutes, in steps. */
  readonly recent: StepRing<RequestWindow>
  /** Their last day. */
  readonly course: Series
}

/** What is kept of one route; its last ten minutes in steps of one. */
export interface RouteRecord extends Kept {
  /** The path of its pattern, without the method. */
  readonly path: string
  /** Since the start. */
  readonly tally: Tally
}

/** What has gone by on `hotpath:http:request`. */
export interface RequestMetrics extends Kept {
  /** Since the start, per method, route and status. */
  labelSets(): readonly LabelSet[]
  /** Since the start. */
  totals(): { requests: number; responseBytes: number; hits: number; lookups: number }
  /** All requests of the last ten minutes, in steps of five seconds. */
  readonly recent: StepRing<RequestWindow>
  /** By the route as it was declared; those beyond the limit together under "other". */
  routes(): ReadonlyMap<string, RouteRecord>
  close(): void
}

/** The shortest of all steps; the others are made of whole ones of it. */
const stepMs = 5_000

/** A tally, and what its steps are added to. */
interface Counting {
  readonly tally: Tally
  readonly into: readonly Kept[]
  /** Something was counted in the step under way. */
  isOpen: boolean
}

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
  const whole: Kept = { recent: createRequestRing({ stepMs, size: 128 }), course: createSeries() }
  const routes = new Map<string, CountingRoute>()
  const records = new Map<string, RouteRecord>()
  /** Statements that belong to no route. */
  const unrouted: Counting = { tally: createTally(boundsMs), into: [whole], isOpen: false }
  let open: Counting[] = []
  let from = 0
  let until = 0

  function admit({ route, method, status }: HttpRequestMessage): CountingRoute {
    const name = routes.size < maxRoutes ? route : otherRoute
    const known = routes.get(name)
    if (known) return known
    const path = pathOf(name)
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
          settle(counting)
          return own.recent
        },
        get course() {
          settle(counting)
          return own.course
        },
      },
    }
    routes.set(name, counting)
    records.set(name, counting.record)
    return counting
  }

  /** Adds what was counted in the step under way to what is kept. */
  function settle({ tally, into }: Counting): void {
    const step = takeStep(tally)
    if (step === null) return
    for (const { recent, course } of into) {
      addTo(recent.at(from), step)
      course.add(from, step)
    }
  }

  function settleAll(): void {
    for (const counting of open) settle(counting)
  }

  /** Ends the step under way, and begins that of `now`. */
  function turn(now: number): void {
    settleAll()
    for (const counting of open) counting.isOpen = false
    open = []
    from = Math.floor(now / stepMs) * stepMs
    until = from + stepMs
  }

  function touch(counting: Counting): void {
    const now = clock()
    if (now >= until || now < from) turn(now)
    if (counting.isOpen) return
    counting.isOpen = true
    open.push(counting)
  }

  const onRequest = (published: unknown): void => {
    const message = published as HttpRequestMessage
    const { method, status } = message
    const counting = routes.get(message.route) ?? admit(message)
    touch(counting)
    if (counting.status !== status || counting.method !== method) {
      counting.set = sets.find(method, counting.record.path, status).durations
      counting.method = method
      counting.status = status
    }
    countRequest(counting.tally, counting.set, message)
  }

  const onStatement = (published: unknown): void => {
    const { route } = published as PostgresStatementMessage
    const counting = (route === null ? undefined : routes.get(route)) ?? unrouted
    touch(counting)
    countStatement(counting.tally)
  }

  subscribe(channel, onRequest)
  subscribe(statementChannel, onStatement)
  return {
    labelSets: () => sets.all(),
    totals() {
      const all = Array.from(routes.values(), ({ tally }) => sinceStart(tally))
      const sum = (pick: (one: (typeof all)[number]) => number) =>
        all.reduce((total, one) => total + pick(one), 0)
      return {
        requests: sum(({ requests }) => requests),
        responseBytes: sum(({ bytes }) => bytes),
        hits: sum(({ hits }) => hits),
        lookups: sum(({ lookups }) => lookups),
      }
    },
    get recent() {
      settleAll()
      return whole.recent
    },
    get course() {
      settleAll()
      return whole.course
    },
    routes: () => records,
    close() {
      unsubscribe(channel, onRequest)
      unsubscribe(statementChannel, onStatement)
    },
  }
}

const pathOf = (route: string) => route.replace(/^[A-Z]+ /, '')
