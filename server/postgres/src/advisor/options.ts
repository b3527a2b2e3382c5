import type { Bytes, Duration } from '@hotpath/core'
import type { IndexSpec } from './index-spec.ts'
import type { WorkloadStatement } from './workload.ts'

/** How far a step is. */
export interface AdviceProgress {
  label: string
  done: number
  total: number
  detail?: string
}

export interface AdviseOptions {
  /** A database on a server; its user must be allowed to create databases. */
  url?: string
  /** The folder of an embedded database, that nobody has open. */
  folder?: string
  /** @default the statements of pg_stat_statements */
  workload?: readonly WorkloadStatement[]
  /** @default '3m' */
  timeLimit?: Duration
  /** Most bytes that all new indexes may take together. @default unlimited */
  budget?: Bytes
  /** Ends the work early; the clone is dropped all the same. */
  signal?: AbortSignal
  progress?: (progress: AdviceProgress) => void
  /** Milliseconds of a monotonic clock. @default performance.now */
  now?: () => number
  /** Milliseconds since 1970, for the clone's name. @default Date.now */
  epochMs?: () => number
}

/** An index that won. */
export interface AcceptedIndex {
  sql: string
  spec: IndexSpec
  /** Milliseconds of the weighted workload that it saves beside the other accepted ones. */
  gain: number
  /** Time with it by time without it, of the statements that it changes: estimate and 95 % interval. */
  ratio: { estimate: number; low: number; high: number }
  sizeBytes: number
  /** Weighted milliseconds that it adds to the writes of the workload. */
  writeCost: number
  /** Weighted bytes that it adds to the write-ahead log. */
  writeCostBytes: number
}

export interface Advice {
  accepted: AcceptedIndex[]
  rejected: { sql: string; reason: string }[]
  /** The weighted workload without and with the accepted indexes, in milliseconds. */
  beforeMs: number
  afterMs: number
  /** False when time was up before everything was decided. */
  conclusive: boolean
  statements: { name: string; beforeMs: number; afterMs: number; ratio: number; low: number; high: number }[]
  skipped: { name: string; reason: string }[]
  /** Indexes that exist and serve nothing that another does not. */
  redundant: { sql: string; reason: string }[]
  /** How the clone was made, and what else a reader should know. */
  notes: string[]
  pairs: number
  /** For `psql -f`; empty when nothing is accepted. */
  migration: string
}
