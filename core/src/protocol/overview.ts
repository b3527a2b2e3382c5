import type { BudgetUnit, BudgetVerdict } from '../budget.ts'
import type { Fix } from './fixes.ts'
import type { FleetShare } from './worker.ts'

/** One figure of the overview with its recent course. */
export interface Tile {
  id: 'requests' | 'p95' | 'errors' | 'hit' | 'vitals'
  title: string
  /** In `unit`; null when nothing was measured. */
  value: number | null
  unit: BudgetUnit
  /** Why there is no value; empty when there is one. */
  reason: string
  budget: { text: string; verdict: BudgetVerdict } | null
  /** This minute against the five before, as a ratio; null when either is empty. */
  change: number | null
  /** One point per `stepMs`, oldest first; null where nothing happened. */
  series: (number | null)[]
}

/** One route of the overview, ranked by the time it took in total. */
export interface RouteRow {
  route: string
  requests: number
  perSecond: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
  /** Mean bytes of an answer's body. */
  meanBytes: number
  /** Statements per request that reached its handler; null where none did. */
  statementsPerRequest: number | null
  /** Share of its requests that ended in 5xx. */
  errors: number
  /** Share served by the HTTP cache; null for methods that are never cached. */
  hit: number | null
  budget: { text: string; verdict: BudgetVerdict } | null
  /** Share of the time of all requests. */
  timeShare: number
}

/** What one process uses, now. */
export interface Resources {
  /** Share of one core. */
  cpu: number
  eventLoopDelayP99Ms: number
  eventLoopUtilisation: number
  rssBytes: number
  heapBytes: number
  cacheEntries: number
  cacheBytes: number
  /** Callers waiting for a database connection. */
  poolWaiting: number
  statementsPerSecond: number
}

/** Everything the overview screen shows; GET /_hotpath/api/overview. */
export interface Overview {
  /** The processes that it is put together from; missing where one stands alone. */
  fleet?: FleetShare
  app: string
  layer: 'on' | 'off'
  /** Milliseconds since 1970, as all times here. */
  startedAt: number
  now: number
  /** Length of one point of a tile's series. */
  stepMs: number
  verdict: { state: 'healthy' | 'attention' | 'broken' | 'quiet'; sentence: string }
  tiles: Tile[]
  routes: RouteRow[]
  /** What would save the most time, at most five; looked for in the background, once a minute. */
  fixes: Fix[]
  resources: Resources
  database: 'postgres' | 'pglite' | 'none'
}
