import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, RequestListener } from 'node:http'
import { startCapture } from './capture.ts'
import type { Collector } from './collector.ts'
import { dependenciesOf } from './dependencies.ts'
import { detachedRequest } from './detached.ts'
import { type ExchangeResponse, createExchange } from './exchange.ts'
import type { Fences } from './fences.ts'
import type { Flights } from './flights.ts'
import { requestFacts } from './request-facts.ts'
import type { Responses } from './responses.ts'
import type { RouteTable } from './route-table.ts'
import type { StoredResponse } from './stored-response.ts'

export interface RefreshParts {
  readonly fences: Fences
  readonly responses: Responses
  readonly flights: Flights
  readonly collector: Collector
  readonly routes: RouteTable
  /** Puts the collector between the handler and the response. */
  readonly intercept: (response: ExchangeResponse) => void
  /** How long a refresh may take, in milliseconds. */
  readonly timeoutMs: number
}

/** What a refresh is asked for. */
export interface RefreshRequest {
  readonly stored: StoredResponse
  /** The request that was answered with the stale response. */
  readonly model: IncomingMessage
  readonly listener: RequestListener
  readonly now: number
}

/**
 * Fetches a stale response anew, once at a time, through a request that has no client (RFC 5861 §3). A failure
 * leaves the stale one in place.
 */
export function createRefresh(parts: RefreshParts): (request: RefreshRequest) => void {
  const { fences, responses, flights, collector } = parts
  // Whatever the visitor's request carries along in AsyncLocalStorage is no part of an answer for everybody.
  const outside = AsyncLocalStorage.snapshot()

  function run({ stored, model, listener }: RefreshRequest): void {
    const flightKey = responses.variantKey(stored.key, model.headers)
    if (flights.find(flightKey)) return
    const { request, response, abort } = detachedRequest(model, stored.madeWith)
    const { label, policy, tags } = parts.routes('GET', stored.url)
    const stamp = fences.begin()
    const exchange = createExchange({
      request,
      response,
      listener,
      startedAt: 0,
      key: stored.key,
      facts: requestFacts('GET', request.headers),
      route: label,
      policy,
      tags,
    })
    const flight = flights.lead(flightKey, dependenciesOf(exchange, tags ?? []), stamp)
    exchange.capture = startCapture({ stamp, flight, refreshes: stored, outerHeaders: {} })
    exchange.reason = 'stale'
    parts.intercept(exchange.response)
    const deadline = setTimeout(abort, parts.timeoutMs)
    deadline.unref()
    response.once('close', () => {
      clearTimeout(deadline)
      collector.closed(exchange)
    })
    void Promise.try(listener, request, response).catch(abort)
  }

  return (request) => {
    if (request.now < request.stored.refreshAfter) return
    setImmediate(() => outside(run, request))
  }
}
