/** The name on which each finished request is published (node:diagnostics_channel; free while nobody listens). */
export const httpChannels = {
  request: 'hotpath:http:request',
} as const

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
  status: number
  /** From the request's head to the response's end (or the loss of its connection). */
  durationMs: number
  /** Body bytes handed to the client: 0 for HEAD, 204 and 304. */
  bytes: number
  cache: CacheOutcome
}
