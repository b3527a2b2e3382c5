import type { RequestFacts } from './request-facts.ts'
import { matchesVary } from './vary.ts'

/** Whether a stored response may answer: at once, at once while a new one is fetched, or not without the handler. */
export type Reuse = 'fresh' | 'stale-while-revalidate' | 'must-fetch'

/** What of a stored response decides whom it may answer, and until when. Times are milliseconds since 1970. */
export interface ReuseTerms {
  /** When it was made, its age on arrival subtracted. */
  readonly bornAt: number
  freshUntil: number
  /** For how long after that it may answer while it is fetched anew, in milliseconds. */
  readonly staleMs: number
  /** For how long after that it may answer in place of an error, in milliseconds. */
  readonly errorMs: number
  /** Nothing forbids to serve it stale where a client or circumstances ask for that. */
  readonly mayBeStale: boolean
  /** The response says that it is for everybody, or its route was declared so. */
  readonly isPublic: boolean
  readonly allowsCookies: boolean
  readonly vary: readonly string[]
  readonly varyValues: readonly (string | null)[]
}

/** Whether this response may be shown to this request at all, however fresh (RFC 9111 §3.5, §4.1). */
export function mayAnswer(request: RequestFacts, stored: ReuseTerms): boolean {
  if (!mayBeSeen(request, stored)) return false
  return stored.vary.length === 0 || matchesVary(stored.vary, stored.varyValues, request.headers)
}

/** The same without regard to Vary: whether whoever asks may be shown such a response. */
export function mayBeSeen(request: RequestFacts, stored: ReuseTerms): boolean {
  return (!request.hasAuthorization || stored.isPublic) && (!request.hasCookie || stored.allowsCookies)
}

/**
 * Whether a stored response that may answer a request is still good enough (RFC 9111 §4.2, RFC 5861 §3).
 *
 * With `ignoreReload`, what a client says of freshness does not count. It is advice that a cache may ignore (RFC 9111
 * §5.2.1), and obeying it would let anybody put the whole load on the handler with one header; what the reload button
 * is pressed for, currency, is what tags already guarantee.
 */
export function freshness(
  request: RequestFacts,
  stored: ReuseTerms,
  { now, ignoreReload }: { now: number; ignoreReload: boolean },
): Reuse {
  const { wishes } = request
  if (wishes !== null && !ignoreReload) {
    if (now - stored.bornAt > wishes.maxAgeMs) return 'must-fetch'
    if (wishes.minFreshMs > 0 && stored.freshUntil - now < wishes.minFreshMs) return 'must-fetch'
    if (stored.mayBeStale && now < stored.freshUntil + wishes.maxStaleMs) return 'fresh'
  }
  if (now < stored.freshUntil) return 'fresh'
  return now < stored.freshUntil + stored.staleMs ? 'stale-while-revalidate' : 'must-fetch'
}

/** Why a stale response may stand in for the answer that the handler should have given. */
export interface Failure {
  readonly now: number
  /** For how long past its freshness any response may answer, unless it forbids that: nobody could be asked. */
  readonly allowanceMs: number
}

/** Whether a stale response may answer in place of an error (RFC 5861 §4, RFC 9111 §4.2.4). */
export function mayReplaceError(request: RequestFacts, stored: ReuseTerms, failure: Failure): boolean {
  const { now, allowanceMs } = failure
  if (now < stored.freshUntil + stored.errorMs) return true
  const wishedMs = request.wishes?.staleIfErrorMs ?? 0
  return stored.mayBeStale && now < stored.freshUntil + Math.max(wishedMs, allowanceMs)
}
