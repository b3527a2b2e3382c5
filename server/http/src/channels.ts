/** The name on which each finished request is published (node:diagnostics_channel; free while nobody listens). */
export const httpChannels = {
  request: 'hotpath:http:request',
} as const

/** The status published of a request whose client left before any answer: no client ever sees it (as nginx logs it). */
export const clientClosedStatus = 499

/**
 * The status published of a request whose own `only-if-cached` could not be met. Its client sees 504, as RFC 9111
 * §5.2.1.7 has it; published as that, any visitor could raise the share of failures that alerts read.
 */
export const unmetConditionStatus = 412

/**
 * How a request was answered: `hit` and `stale` from the cache, `collapsed` from the answer another request was
 * already waiting for, `miss` by the handler, `bypass` where the cache had no part in it, `off` where it is disabled.
 */
export type CacheOutcome = 'hit' | 'stale' | 'collapsed' | 'miss' | 'bypass' | 'off'

/** One finished request, cached or not: `hotpath:http:request`. */
export interface HttpRequestMessage {
  method: string
  /** The declared pattern, `GET /api/ballots/:id`, or `other` when no declared route matches. */
  route: string
  /** As sent, but 499 where the client left before the head of an answer, and 412 for an unmet `only-if-cached`. */
  status: number
  /**
   * From the request's head to the moment its response was handed over whole, for answers from the store, or closed,
   * for all others: sent to its end, or its connection lost.
   */
  durationMs: number
  /** Body bytes handed to the client: 0 for HEAD, 204 and 304. */
  bytes: number
  cache: CacheOutcome
}
