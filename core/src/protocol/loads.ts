import type { Bin } from '../bins.ts'
import type { BudgetVerdict } from '../budget.ts'

/** What a run that is on disk came to; `FAILED` never got under way. */
export type LoadVerdict = 'VALID' | 'INVALID' | 'ABORTED' | 'FAILED'

/** Times in milliseconds; null when nothing was measured. */
export interface LoadTimes {
  p50: number | null
  p90: number | null
  p95: number | null
  p99: number | null
  max: number | null
}

/** A budget held against a run. `value` is in the budget's unit; null when the run does not measure it. */
export interface LoadBudget {
  text: string
  verdict: BudgetVerdict
  value: number | null
}

/** One line of the list of runs. */
export interface LoadRunSummary {
  /** Names it in every other path. */
  id: string
  scenario: string
  verdict: LoadVerdict
  /** Why it is not VALID; empty when it is. */
  reasons: string[]
  /** Milliseconds since 1970. */
  startedAt: number
  durationMs: number
  /** Arrivals per second that were asked for; null in the closed model. */
  rate: number | null
  achievedRate: number
  requests: number
  errors: number
  responseMs: LoadTimes
  budgets: LoadBudget[]
}

/** How a run is going; what happened is that of the last second. */
export interface LoadProgress {
  phase: 'warmup' | 'measuring' | 'draining'
  /** Since the start of the warm-up, which `totalMs` includes. */
  elapsedMs: number
  totalMs: number
  /** Requests that ended per second. */
  rate: number
  /** Of the response times; null when no request ended. */
  p95Ms: number | null
  /** Since the start, those of the warm-up included. */
  requests: number
  errors: number
  /** Requests sent or waiting to be sent. */
  underWay: number
  generator: { eventLoopUtilisation: number; latenessP99Ms: number }
}

/** What a run is started with: POST /_hotpath/api/loads/start. */
export interface LoadStart {
  /** A name of `Loads.scenarios`. */
  scenario: string
  /** Arrivals per second. */
  rate: number
  durationMs: number
  /** What it promises: `p95 < 200ms`. At most ten. */
  budgets: string[]
}

/** The run under way. */
export interface CurrentLoad extends LoadStart {
  id: string
  /** Milliseconds since 1970. */
  startedAt: number
  isStopping: boolean
  /** The oldest first; empty until the generator has told something. */
  progress: LoadProgress[]
}

/** The load runs of this application; GET /_hotpath/api/loads. */
export interface Loads {
  /** Milliseconds since 1970. */
  now: number
  /** Why no run can be started from here; empty where one can. */
  whyNot: string
  /** What can be run, by name; empty where none was found. */
  scenarios: string[]
  /** What a start may ask for at most. */
  limits: { ratePerSecond: number; durationMs: number }
  current: CurrentLoad | null
  /** The newest first. */
  runs: LoadRunSummary[]
}

/** One slice of a run; null where nothing ended. */
export interface LoadPoint {
  /** From the start of the measured time. */
  atMs: number
  sentRate: number
  answeredRate: number
  errorRate: number
  p50: number | null
  p95: number | null
  p99: number | null
}

/** What a server did in one slice of a run. */
export interface LoadServerPoint {
  atMs: number
  /** Cores in use. */
  cpu: number
  databaseCpu: number | null
  eventLoopUtilisation: number | null
  eventLoopDelayP99Ms: number | null
  statementRate: number | null
  poolBusy: number | null
  httpHitShare: number | null
}

/** What explains a run's p95. */
export interface LoadAttribution {
  /** The largest first. `share` is of p95, 0…1. */
  causes: { name: string; share: number; ms: number; evidence: string }[]
  /** Share of p95 that none of them explains. */
  unexplained: number
  sentence: string
}

/** One run in full; GET /_hotpath/api/loads/run?id=. */
export interface LoadRun extends LoadRunSummary {
  errorsByKind: Record<string, number>
  /** Bytes of answer bodies. */
  bytes: number
  serviceMs: LoadTimes
  ttfbMs: LoadTimes
  latenessMs: LoadTimes
  /** The busiest first. */
  endpoints: { name: string; requests: number; errors: number; responseMs: LoadTimes }[]
  checks: { name: string; passed: number; failed: number }[]
  /** Of the response times in milliseconds, on a logarithmic axis; empty when none were kept. */
  histogram: Bin[]
  timeline: { sliceMs: number; points: LoadPoint[] }
  generator: { eventLoopUtilisation: number; cpuSeconds: number; connectionsOpened: number }
  /** Null where the server was not watched. */
  server: {
    processes: number
    cores: number
    poolSize: number | null
    samples: LoadServerPoint[]
    attribution: LoadAttribution | null
  } | null
}

/** One figure of B beside A. */
export interface LoadMetricVerdict {
  name: string
  title: string
  /** B ÷ A with the bounds of its interval; null where there are too few runs for bounds. */
  ratio: number
  low: number | null
  high: number | null
  verdict: 'REGRESSED' | 'IMPROVED' | 'EQUIVALENT' | 'INCONCLUSIVE'
  gating: boolean
  a: number
  b: number
}

/** Two runs, or two sets of runs, side by side; GET /_hotpath/api/loads/compare?a=&b=, ids with commas between them. */
export interface LoadComparison {
  verdict: 'REGRESSED' | 'IMPROVED' | 'EQUIVALENT' | 'INCONCLUSIVE' | 'INVALID'
  metrics: LoadMetricVerdict[]
  /** What limits the meaning of the figures, in sentences. */
  notes: string[]
  a: LoadRunSummary[]
  b: LoadRunSummary[]
}
