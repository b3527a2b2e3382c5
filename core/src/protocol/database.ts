import type { Worker } from './worker.ts'

/** How much of a statement falls to a route or to a line of code. */
export interface StatementShare {
  name: string
  calls: number
  totalMs: number
}

/** A node of EXPLAIN's tree. */
export type PlanNode = { readonly [name: string]: unknown; readonly Plans?: readonly PlanNode[] }

/** One statement, its values left out; times in milliseconds. */
export interface StatementFigures {
  fingerprint: string
  sql: string
  kind: string
  tables: readonly string[]
  calls: number
  errors: number
  rows: number
  totalMs: number
  meanMs: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
  maxMs: number
  /** Waiting for a connection, on average. */
  meanWaitMs: number
  routes: StatementShare[]
  /** Lines of code. */
  sites: StatementShare[]
  plan: { durationMs: number; at: number; plan: PlanNode | null; problem?: string } | null
  /** Values of some executions, the slowest among them; for administrators, where the application allows it. */
  parameters?: readonly { values: readonly unknown[]; durationMs: number }[]
}

/** A statement sent again and again within one request (N+1). */
export interface RepeatFigures {
  fingerprint: string
  sql: string
  route: string
  site: string
  requests: number
  statements: number
  totalMs: number
  perRequest: number
  most: number
  /** One statement that does the work of all; null where none can be told. */
  suggestion: string | null
}

export interface PoolReport {
  max: number
  total: number
  idle: number
  waiting: number
  acquired: number
  timeouts: number
  waitMs: { mean: number; p50: number; p95: number; p99: number; max: number }
  holdMs: { mean: number; p95: number; max: number }
  perSecond: number
  /** Share of the time in which every connection was taken. */
  saturation: number
}

/** How many connections a process should have. */
export interface PoolSizingReport {
  inUse: number
  size: number
  waitChance: number
  total: number
  available: number
  fits: boolean
  maxConnections: number
  instances: number
}

/** GET /_hotpath/api/database. */
export interface DatabaseReport {
  worker: Worker
  kind: 'postgres' | 'pglite'
  pool: PoolReport
  sizing: PoolSizingReport | null
  /** Null without replicas. */
  router: {
    replicas: { name: string; status: string; lagMs: number | null; inFlight: number }[]
  } | null
  /** Those that took most time in total first; at most 200. */
  statements: StatementFigures[]
  repeats: RepeatFigures[]
}

/** What is worth mending in the database itself; GET /_hotpath/api/database/health. */
export interface DatabaseHealth {
  worker: Worker
  kind: 'postgres' | 'pglite'
  findings: {
    rule: string
    severity: 'critical' | 'warning' | 'info'
    subject: string
    evidence: string
    statement: string | null
  }[]
  checked: { tables: number; indexes: number; sessions: number; foreignKeys: number; servers: number }
  hitRatio: number | null
  connections: { open: number; max: number }
}
