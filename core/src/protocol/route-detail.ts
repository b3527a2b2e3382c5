import type { BudgetVerdict } from '../budget.ts'
import type { TraceReasonKind, TraceSummary } from './traces.ts'
import type { FleetShare, Worker } from './worker.ts'

/** One budget of a route, held against the last ten minutes. */
export interface RouteBudget {
  text: string
  verdict: BudgetVerdict
  /** In the budget's own unit, as text: `38 ms`; empty when it was not measured. */
  value: string
}

/** How long its requests took: a bar of a distribution. */
export interface DurationBin {
  /** Milliseconds; null for what is above every bound. */
  upToMs: number | null
  count: number
}

/** One kind of statement that it sends. */
export interface RouteStatement {
  /** Id of the fingerprint, as the database screen has it; null while the parser has not seen it. */
  fingerprint: string | null
  /** Without values. */
  text: string
  calls: number
  meanMs: number
  /** Share of the time of the route's statements. */
  share: number
}

/** One route over the last ten minutes; GET /_hotpath/api/route?pattern=…: 404 for one that is not declared nor seen. */
export interface RouteDetail {
  worker: Worker
  /** The processes that it is put together from; missing where one stands alone. */
  fleet?: FleetShare
  now: number
  /** The declared pattern: `GET /api/ballots/:id`. */
  route: string
  /** Length of what the figures cover, in milliseconds. */
  windowMs: number
  requests: number
  perSecond: number
  /** Share of 5xx. */
  errors: number
  p50Ms: number | null
  p95Ms: number | null
  p99Ms: number | null
  /** Share answered by the HTTP cache; null for methods that are never cached, and without lookups. */
  hit: number | null
  /** Mean bytes of a response. */
  meanBytes: number
  outcomes: { hit: number; stale: number; collapsed: number; miss: number; bypass: number; off: number }
  /** Since the start, by status. */
  statuses: { status: string; count: number }[]
  /** Since the start. */
  durations: DurationBin[]
  /** What was declared: `fresh 1h`, `tags ballot:<id>`, one a line. */
  declared: string[]
  budgets: RouteBudget[]
  /** Since the start, most time first, at most 10. */
  statements: RouteStatement[]
  /** Per handled request (misses of the HTTP cache); null without one. */
  statementsPerRequest: number | null
  /** What made its kept traces slow, most time first. */
  reasons: { kind: TraceReasonKind; traces: number; ms: number }[]
  /** Slowest first, at most 10. */
  traces: TraceSummary[]
}
