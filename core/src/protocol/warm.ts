import type { Worker } from './worker.ts'

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
