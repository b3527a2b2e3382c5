import type { AppOptions, Progress } from '@hotpath/app'
import { HotpathError } from '@hotpath/core'

/** What a worker is told. */
export type ToWorker = { type: 'start'; app: string; options: WorkerOptions } | { type: 'stop' }

/** What of an application's start crosses to another process. */
export type WorkerOptions = Pick<AppOptions, 'port' | 'host' | 'scale' | 'reset'>

/** What a worker tells. */
export type FromWorker =
  | { type: 'progress'; progress: Progress }
  | { type: 'ready'; url: string }
  | { type: 'failed'; failure: Failure }

/** An error on its way to another process. */
export interface Failure {
  /** The parts of an error that teaches; null for one that nobody expected. */
  known: { code: string; what: string; why: string; fix: string } | null
  /** For a person: the stack of an unexpected one. */
  text: string
}

export function failureOf(error: unknown): Failure {
  if (error instanceof HotpathError) {
    const { code, what, why, fix } = error
    return { known: { code, what, why, fix }, text: `${what} ${why} ${fix}` }
  }
  return { known: null, text: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}

export function errorOf({ known, text }: Failure): Error {
  return known === null ? new Error(text) : new HotpathError(known)
}
