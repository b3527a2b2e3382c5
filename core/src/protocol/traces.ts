import type { FleetShare, Worker } from './worker.ts'

/** Why a trace was kept: its request was slow or failed, or it is one of those taken at random. */
export type TraceKept = 'slow' | 'failed' | 'sample'

/**
 * Where a span of time was spent: in the browser, in the whole request, in a lookup of an object cache (with its load),
 * in the load itself, waiting for another's load, waiting for a database connection, or in a statement.
 */
export type SpanKind = 'browser' | 'request' | 'lookup' | 'load' | 'wait' | 'pool' | 'statement'

/** One piece of work within a request. Times are milliseconds after the request began; the browser's may be negative. */
export interface Span {
  /** Counted from 0 within its trace; 0 is the request. */
  id: number
  /** The span that it is a part of; null for the request, and for the browser's. */
  parent: number | null
  kind: SpanKind
  /** The route, the key's group in its cache, or a statement's first words: never a value. */
  name: string
  startMs: number
  durationMs: number
  /** What else is known, in words: `miss in ballots`, the statement without values. Empty where nothing is. */
  detail: string
  /** Id of the statement's fingerprint, as the database screen has it; null for other spans and where it is unknown. */
  fingerprint: string | null
  failed: boolean
}

/** What took a request's time, or made it fail. */
export type TraceReasonKind =
  | 'error'
  | 'pool wait'
  | 'slow statement'
  | 'n-plus-one'
  | 'statements'
  | 'wait'
  | 'load'
  | 'event loop'
  | 'handler'
  | 'client'

/** One reason and its share of the time. */
export interface TraceReason {
  kind: TraceReasonKind
  /** Of the request's own time; 0 for an error. */
  ms: number
  /** `14 statements of one kind one after another took 120 ms` */
  text: string
}

/** One request as a list shows it. Times are milliseconds since 1970, durations milliseconds. */
export interface TraceSummary {
  /** 32 hexadecimal digits (W3C Trace Context). */
  id: string
  at: number
  method: string
  route: string
  status: number
  durationMs: number
  /** How the HTTP cache answered: `miss`, `hit`, … */
  cache: string
  kept: TraceKept
  /** The worst one first; empty for a request that was neither slow nor failed. */
  reasons: TraceReason[]
  /** Why it took so long, or failed, in one plain sentence. */
  sentence: string
  statements: number
  /** In statements, and waiting for a connection; overlapping times count once. */
  databaseMs: number
  /** Whether the browser told its side of it. */
  hasBrowser: boolean
}

/** What the browser measured of the page load that this request was. Null where it did not tell. */
export interface TraceBrowser {
  route: string
  at: number
  ttfbMs: number | null
  lcpMs: number | null
  inpMs: number | null
  cls: number | null
}

/** GET /_hotpath/api/traces?id=…: 404 where it is not kept. */
export interface Trace extends TraceSummary {
  worker: Worker
  /** The span that its `traceparent` named, 16 hexadecimal digits; null where it had none. */
  parentSpan: string | null
  /** The route's time budget whose bound it went over, `p95 < 50ms`; null where it did not. */
  budget: string | null
  /** Response body in bytes. */
  bytes: number
  /** By their beginning, the request first. At most 100. */
  spans: Span[]
  /** Spans beyond that number. */
  moreSpans: number
  browser: TraceBrowser | null
}

/** GET /_hotpath/api/traces?route=&since=&limit=: the slowest first. `limit` is at most 200. @default 50 */
export interface Traces {
  worker: Worker
  /** The processes that it is put together from; missing where one stands alone. */
  fleet?: FleetShare
  now: number
  /** False where requests are not traced. */
  enabled: boolean
  traces: TraceSummary[]
  /** What the store holds, of how many requests that were followed. */
  store: { traces: number; bytes: number; maxBytes: number; followed: number; kept: number }
}
