import type { Clock } from '@hotpath/core'

/** What the proxy has seen of its origin. */
export interface OriginHealth {
  /** Answers, good or bad, since the start. */
  readonly answers: number
  /** Requests that got none. */
  readonly failures: number
  /** How many in a row, up to now. */
  readonly failing: number
  /** The token of Proxy-Status (RFC 9209 §2.3); null where it has never failed. */
  readonly lastFailure: string | null
  /** Milliseconds since 1970; null where it has never failed. */
  readonly lastFailureAt: number | null
}

/** Counts what became of requests to the origin; costs nothing between them. */
export function createOriginHealth(clock: Clock): {
  saw(failure: string | null): void
  read(): OriginHealth
} {
  let answers = 0
  let failures = 0
  let failing = 0
  let lastFailure: string | null = null
  let lastFailureAt: number | null = null
  return {
    saw(failure) {
      if (failure === null) {
        answers += 1
        failing = 0
        return
      }
      failures += 1
      failing += 1
      lastFailure = failure
      lastFailureAt = clock()
    },
    read: () => ({ answers, failures, failing, lastFailure, lastFailureAt }),
  }
}
