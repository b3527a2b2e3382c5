import type { RequestFacts } from './request-facts.ts'
import { matchesVary } from './vary.ts'

/** Whether a stored response may answer: at once, at once while a new one is fetched, or not without the handler. */
export type Reuse = 'fresh' | 'stale-while-revalidate' | 'must-fetch'

/** What of a stored response decides whom it may answer, and until when. Times are milliseconds since 1970. */
export interface ReuseTerms {
  /** When it was made, its age on arrival subtracted. */
  readonly bornAt: number
  freshUntil: number
  staleUntil: number
  /** The response says that it is for everybody, or its route was declared so. */
  readonly isPublic: boolean
  readonly allowsCookies: boolean
  readonly vary: readonly string[]
  readonly varyValues: readonly (string | null)[]
}

/** Whether this response may be shown to this request at all, however fresh (RFC 9111 §3.5, §4.1). */
export function mayAnswer(request: RequestFacts, stored: ReuseTerms): boolean {
  if (request.hasAuthorization && !stored.isPublic) return false
  if (request.hasCookie && !stored.allowsCookies) return false
  return stored.vary.length === 0 || matchesVary(stored.vary, stored.varyValues, request.headers)
}

/**
 * Whether a stored response that may answer a request is still good enough (RFC 9111 §4.2, RFC 5861 §3).
 *
 * With `ignoreReload`, a client's no-cache, max-age=0 and Pragma do not count. They are advice that a cache may
 * ignore (RFC 9111 §5.2.1), and obeying it would let anybody put the whole load on the handler with one header;
 * what the reload button is pressed for, currency, is what tags already guarantee.
 */
export function freshness(
  request: RequestFacts,
  stored: ReuseTerms,
  { now, ignoreReload }: { now: number; ignoreReload: boolean },
): Reuse {
  if (!ignoreReload && now - stored.bornAt > request.maxAgeMs) return 'must-fetch'
  if (now < stored.freshUntil) return 'fresh'
  return now < stored.staleUntil ? 'stale-while-revalidate' : 'must-fetch'
}
