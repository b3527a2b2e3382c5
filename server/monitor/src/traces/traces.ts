import { randomBytes } from 'node:crypto'
import { type Clock, parseTraceparent, type TraceBrowser, type TraceKept, type Traces } from '@hotpath/core'
import type { HttpRequestMessage } from '@hotpath/http/channels'
import { browserSpans } from './browser-spans.ts'
import { followRequests } from './follow.ts'
import { type LoopLag, watchLoopLag } from './loop-lag.ts'
import { reasonsOf, sentenceOf } from './reasons.ts'
import type { Recorder } from './recorder.ts'
import type { SlowBound } from './slow-bounds.ts'
import { spansOf } from './spans.ts'
import { createTraceStore, type KeptTrace, type TraceStoreOptions } from './store.ts'
import { summaryOf } from './summary.ts'
import { unionMs } from './union.ts'

/** What is followed and kept of requests. */
export interface TraceOptions extends TraceStoreOptions {
  /** Of requests that were neither slow nor failed, one in so many is kept, and one of a route each minute; Infinity keeps none. @default 100 */
  sampleOneIn?: number
  /**
   * Told of every request that reached its handler, kept or not: a bridge to another tracer. Spans are made for each then.
   * @default nobody
   */
  onTrace?: (trace: KeptTrace, request: HttpRequestMessage['request']) => void
}

export interface TracesParts {
  slowBound: (route: string) => SlowBound
  /** Milliseconds since 1970. */
  clock: Clock
  /** @default performance.now */
  now?: () => number
  /** @default Math.random */
  random?: () => number
  /** @default watched on a timer */
  lag?: LoopLag
}

/** The slow and the failed requests, and some others, with what their time went to. */
export interface TraceWatch {
  list(filter?: {
    route?: string | undefined
    since?: number | undefined
    limit?: number | undefined
  }): Omit<Traces, 'worker'>
  find(id: string): KeptTrace | undefined
  /** What the browser says of the page load that the request with this trace was; dropped where that is not kept. */
  joinBrowser(id: string, timings: TraceBrowser): void
  close(): void
}

/** Of one route no more than this often, so that a storm of failures is not slowed down by what is noted of it. Milliseconds. */
const shortestGapMs = 200
const mostListed = 200
/** Of each route at least one is kept so often, in milliseconds. */
const oneEveryMs = 60_000
/** A route table is finite, what is published need not be. */
const mostRoutes = 1_000

/** Begins to follow requests. Nothing of it keeps the process alive. */
export function watchTraces(options: TraceOptions, parts: TracesParts): TraceWatch {
  const { sampleOneIn = 100, onTrace } = options
  const {
    slowBound,
    clock,
    now = () => performance.now(),
    random = Math.random,
    lag = watchLoopLag(),
  } = parts
  const store = createTraceStore(options)
  const keptAt = new Map<string, number>()
  let followed = 0
  let kept = 0

  function whyKept(
    { route, status, durationMs }: HttpRequestMessage,
    { afterMs }: SlowBound,
  ): TraceKept | null {
    if (status >= 500) return 'failed'
    if (durationMs > afterMs) return 'slow'
    if (random() * sampleOneIn < 1) return 'sample'
    // So that there is something to look at of a route that is asked seldom, or since a moment.
    const isDue = clock() - (keptAt.get(route) ?? -Infinity) >= oneEveryMs
    return isDue && sampleOneIn < Infinity ? 'sample' : null
  }

  function ended(recorder: Recorder, message: HttpRequestMessage): void {
    followed += 1
    const bound = slowBound(message.route)
    const why = whyKept(message, bound)
    if (why === null && onTrace === undefined) return
    const at = clock()
    const isDue = at - (keptAt.get(message.route) ?? -Infinity) >= shortestGapMs
    if (!isDue && onTrace === undefined) return
    const lagMs = lag.total() - recorder.lagMs
    const trace = traceOf(recorder, message, { bound, lagMs, at, kept: why ?? 'sample' })
    onTrace?.(trace, message.request)
    if (why === null || !isDue) return
    kept += 1
    if (keptAt.size >= mostRoutes) keptAt.clear()
    keptAt.set(message.route, at)
    store.add(trace, at)
  }

  const following = followRequests({
    now,
    lagMs: lag.total,
    ended,
    collapsed(message) {
      const at = now()
      const startedAt = at - message.durationMs
      // The lag is not known of one that nobody followed from its beginning.
      const lagMs = lag.total()
      const { traceparent } = message.request.headers as Record<string, string | undefined>
      ended({ startedAt, handlerAt: at, lagMs, traceparent, heard: [], more: 0, isOver: true }, message)
    },
  })

  return {
    list({ route, since, limit = 50 } = {}) {
      const traces = store.list({ route, since, limit: Math.min(mostListed, limit) }).map(summaryOf)
      return { now: clock(), enabled: true, traces, store: { ...store.size(), followed, kept } }
    },
    find(id) {
      const trace = store.find(id)
      return trace && { ...trace, spans: [...trace.spans, ...browserSpans(trace)] }
    },
    joinBrowser(id, timings) {
      const trace = store.find(id)
      if (!trace || trace.browser !== null) return
      Object.assign(trace, { browser: timings, hasBrowser: true })
    },
    close() {
      following.close()
      lag.stop()
    },
  }
}

interface Known {
  bound: SlowBound
  lagMs: number
  at: number
  kept: TraceKept
}

function traceOf(
  recorder: Recorder,
  { method, route, status, durationMs, bytes, cache, request }: HttpRequestMessage,
  { bound, lagMs, at, kept }: Known,
): KeptTrace {
  const { spans, more } = spansOf(recorder, { route, durationMs, failed: status >= 500 })
  const budget = bound.budget !== null && durationMs > bound.budget.bound ? bound.budget.text : null
  const beforeMs = Math.max(0, recorder.handlerAt - recorder.startedAt)
  const facts = { route, status, durationMs, beforeMs, lagMs, spans, budget }
  const reasons = kept === 'sample' ? [] : reasonsOf(facts)
  const database = spans.filter(({ kind }) => kind === 'statement' || kind === 'pool')
  // The layer may have put one on the request, whose client was told of it; a bridge to another tracer comes after that.
  const parent = parseTraceparent(recorder.traceparent) ?? parseTraceparent(request.headers['traceparent'])
  return {
    id: parent?.traceId ?? randomBytes(16).toString('hex'),
    parentSpan: parent?.spanId ?? null,
    at: at - durationMs,
    method,
    route,
    status,
    durationMs,
    cache,
    kept,
    reasons,
    sentence: sentenceOf(facts, reasons),
    statements: recorder.heard.filter(({ kind }) => kind === 'statement').length + recorder.more,
    databaseMs: unionMs(database, durationMs),
    hasBrowser: false,
    budget,
    bytes,
    spans,
    moreSpans: more,
    browser: null,
  }
}
