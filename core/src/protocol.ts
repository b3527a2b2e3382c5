import type { BudgetUnit, BudgetVerdict } from './budget.ts'

/** The paths that Hotpath answers itself. */
export const paths = {
  console: '/_hotpath/',
  api: '/_hotpath/api/',
  overview: '/_hotpath/api/overview',
  cacheStats: '/_hotpath/api/cache',
  cachePurge: '/_hotpath/api/cache/purge',
  cacheWarm: '/_hotpath/api/cache/warm',
  cacheRoute: '/_hotpath/api/cache/route',
  cacheExplain: '/_hotpath/api/cache/explain',
  httpExplain: '/_hotpath/api/http/explain',
  database: '/_hotpath/api/database',
  databaseHealth: '/_hotpath/api/database/health',
  routes: '/_hotpath/api/routes',
  measurement: '/_hotpath/api/measurement',
  samples: '/_hotpath/api/samples',
  metrics: '/metrics',
  health: '/health',
  ready: '/ready',
} as const

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
  resources: Resources
  database: 'postgres' | 'pglite' | 'none'
}

/** Running totals since the start; two of them make a measurement. GET /_hotpath/api/measurement. */
export interface Measurement {
  /** Milliseconds since 1970. */
  at: number
  pid: number
  /** CPU seconds of this process, all its threads. */
  cpuSeconds: number
  requests: number
  responseBytes: number
  /** HTTP-cache lookups that were answered without the handler. */
  hits: number
  /** HTTP-cache lookups of cacheable requests. */
  lookups: number
  statements: number
  statementMs: { mean: number; p95: number }
  database: 'postgres' | 'pglite' | 'none'
  layer: 'on' | 'off'
}

/** What one process did within one slice of time: sums over the slice, unless it says otherwise. */
export interface ServerSample {
  /** When it began: milliseconds since 1970, by the server's clock. */
  at: number
  /** Its length in milliseconds. */
  ms: number
  /** CPU seconds of the process, all its threads. */
  cpuSeconds: number
  /** CPU seconds of the thread that runs the event loop. */
  loopCpuSeconds: number
  /** CPU seconds of everything on its machine; null where that cannot be seen. */
  hostCpuSeconds: number | null
  /** CPU seconds of the database's processes that work for this one; null where they are elsewhere, or inside it. */
  databaseCpuSeconds: number | null
  /** How late the event loop was, p99; null when it was not looked at. */
  eventLoopDelayP99Ms: number | null
  /** Share of the slice in which the event loop was not idle. */
  eventLoopUtilisation: number
  gcMs: number
  /** At the end of the slice, as is `heapBytes`. */
  rssBytes: number
  heapBytes: number
  requests: number
  /** Answers with a status from 500 up. */
  errors: number
  /** From the request's head to the end of its answer. */
  requestMs: number
  /** Of those durations; null when no request ended. */
  p95Ms: number | null
  /** How the HTTP cache answered. */
  outcomes: { hit: number; stale: number; collapsed: number; miss: number; bypass: number; off: number }
  /** Requests by the route as it was declared. */
  routes: Record<string, number>
  statements: number
  /** From handing statements to the driver until their answers were read. */
  statementMs: number
  /** Of single statements, and of their waits for a connection; null when none ended. */
  statementP95Ms: number | null
  poolWaitP95Ms: number | null
  /** How long connections were out, summed over all of them. */
  poolHeldMs: number
  /** How long callers waited for a connection, summed over all of them. */
  poolWaitedMs: number
  /** Callers that waited for a connection at the end of the slice. */
  poolWaiting: number
  objectMemoryHits: number
  objectRedisHits: number
  objectMisses: number
}

/** The slices of one process; GET /_hotpath/api/samples?since=…. The first question begins to sample. */
export interface ServerSamples {
  worker: Worker
  /** Milliseconds since 1970, as the answer was made: what clocks are aligned by. */
  now: number
  /** Cores that the process may use, and cores of its machine. */
  cores: number
  machineCores: number
  /** Most connections of its pool; null where there is none. */
  poolSize: number | null
  samples: ServerSample[]
}

/** Which process of a fleet answered. */
export interface Worker {
  pid: number
  /** Counted from 1 among the processes that `hotpath start --workers` began; null for one that stands alone. */
  number: number | null
}

/** How far one task of a warming run has come: a line of POST /_hotpath/api/cache/warm, which is a JSON document each. */
export interface WarmStep {
  name: string
  /** Keys seen so far: those loaded, those found fresh and those that failed. */
  done: number
  /** Null where nobody knows it beforehand. */
  total: number | null
  failed: number
  /** Keys that were fresh already. */
  skipped: number
}

/** The last line of a warming run. */
export interface WarmOutcome {
  worker: Worker
  tasks: WarmStep[]
  /** What the first few failures said. */
  errors: string[]
  /** The client went away before all keys were done. */
  aborted: boolean
}
