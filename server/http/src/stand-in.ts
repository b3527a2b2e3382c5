import type { Clock } from '@hotpath/core'
import type { Capture } from './capture.ts'
import type { Exchange } from './exchange.ts'
import { replace, updatedHeaders } from './replacement.ts'
import { headersOf } from './representation.ts'
import { responseFacts } from './response-facts.ts'
import type { Responses } from './responses.ts'
import { mayReplaceError } from './reusable.ts'
import { ageSeconds, type StoredResponse } from './stored-response.ts'
import { isUnavailable } from './unavailable.ts'
import { confirmedBy } from './validation.ts'

export interface StandInParts {
  readonly responses: Responses
  readonly clock: Clock
  /** For how long past its freshness any response may answer while nobody can be asked, in milliseconds. */
  readonly unavailableMs: number
}

/** Puts stored responses in the place of what a handler has answered. */
export interface StandIns {
  /**
   * Where the handler has confirmed a stored response by 304, makes that the answer, with its headers updated (RFC 9111
   * §4.3.4), and notes it on the capture. A 304 that confirms nothing known becomes a 502.
   */
  confirm(exchange: Exchange, capture: Capture): void
  /**
   * Where the handler has failed, makes a stale response the answer if it may be (RFC 5861 §4), and returns it.
   */
  forFailure(exchange: Exchange, capture: Capture): StoredResponse | undefined
}

/** Those errors that tell of a failure, not of the request (RFC 5861 §4). */
const failures: ReadonlySet<number> = new Set([500, 502, 503, 504])

/** How long after a failure a stale response answers without the handler being asked, in milliseconds. */
const failurePauseMs = 1_000

/** Makes the stand-ins of one cache. */
export function createStandIns({ responses, clock, unavailableMs }: StandInParts): StandIns {
  return {
    confirm({ response }, capture) {
      if (response.statusCode !== 304 || capture.confirmable.length === 0) return
      const stored = confirmedBy(responseFacts(response), capture.confirmable)
      if (stored) {
        const headers = updatedHeaders(stored, response, capture.outerHeaders)
        replace(response, { stored, headers }, capture.outerHeaders)
        capture.confirmed = stored
        return
      }
      response.statusCode = 502
      response.statusMessage = ''
      response.removeHeader('ETag')
      response.setHeader('Cache-Control', 'no-store')
    },
    forFailure({ response, facts, key }, capture) {
      if (!failures.has(response.statusCode) || capture.refreshes) return undefined
      const stored = responses.find(key!, facts!)
      if (!stored) return undefined
      const now = clock()
      const allowanceMs = isUnavailable(response) ? unavailableMs : 0
      if (!mayReplaceError(facts!, stored, { now, allowanceMs })) return undefined
      replace(response, { stored, headers: headersOf(stored.identity) }, capture.outerHeaders)
      response.setHeader('Age', ageSeconds(stored, now))
      stored.failedUntil = now + failurePauseMs
      return stored
    },
  }
}
