import type { IncomingMessage } from 'node:http'
import type { RequestHead } from './request-head.ts'

/** The names on which finished requests, those on their way to the handler, and those refused or answered before it, are published (node:diagnostics_channel; free while nobody listens). */
export const httpChannels = {
  request: 'hotpath:http:request',
  handler: 'hotpath:http:handler',
  limited: 'hotpath:http:limited',
  shed: 'hotpath:http:shed',
  timeout: 'hotpath:http:timeout',
  replayed: 'hotpath:http:replayed',
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
  /**
   * Its head as it arrived; its handler may have changed it. Not an IncomingMessage where the answer was written to the
   * socket past node:http.
   */
  request: RequestHead
}

/**
 * A request on its way to the handler: `hotpath:http:handler`. The handler runs in the stores that are bound to the
 * channel. What the cache answers alone never comes here.
 */
export interface HttpHandlerMessage {
  /** The same object as in the message of its end, where nothing on the way put another in its place. */
  request: IncomingMessage
  route: string
  /** performance.now() at the request's head; 0 where nobody listened for its end then. */
  startedAt: number
}

/** A request that a rate limit refused: `hotpath:http:limited`. */
export interface HttpLimitedMessage {
  /** The group, or the pattern of a route with a limit of its own. */
  group: string
  /** `unknown`: Redis, which keeps the count, could not be asked. */
  reason: 'quota' | 'unknown'
}

/** A request that was refused because the process has too much to do: `hotpath:http:shed`. */
export interface HttpShedMessage {
  /** `overload`: the event loop is late; `queue`: too many wait already; `wait`: its own wait was too long. */
  reason: 'overload' | 'queue' | 'wait'
}

/** A request whose handler did not answer in time: `hotpath:http:timeout`. */
export interface HttpTimeoutMessage {
  /** What it was given, in milliseconds. */
  timeoutMs: number
}

/** A request that was answered with the answer to an earlier one of the same Idempotency-Key: `hotpath:http:replayed`. */
export interface HttpReplayedMessage {
  status: number
}
