import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage, RequestListener } from 'node:http'
import type { Clock } from '@hotpath/core'
import { type CaptureBegin, startCapture } from './capture.ts'
import type { Collector } from './collector.ts'
import { hideAcceptEncoding } from './compress/incoming.ts'
import { dependenciesOf } from './dependencies.ts'
import { detachedRequest } from './detached.ts'
import { type Exchange, type ExchangeResponse, createExchange } from './exchange.ts'
import type { Fences } from './fences.ts'
import type { Flights } from './flights.ts'
import { requestFacts } from './request-facts.ts'
import type { Responses } from './responses.ts'
import type { RouteTable } from './route-table.ts'
import type { Seek } from './seek.ts'
import type { StoredResponse } from './stored-response.ts'
import { askToConfirm, confirmable } from './validation.ts'

export interface RefreshParts {
  readonly fences: Fences
  readonly responses: Responses
  readonly flights: Flights
  readonly collector: Collector
  readonly routes: RouteTable
  /** Puts the collector between the handler and the response. */
  readonly intercept: (response: ExchangeResponse) => void
  /** Coded forms are made here, so that the handler is asked for none. */
  readonly compresses: boolean
  /** Looks beyond this process' memory; null where there is nothing beyond. */
  readonly seek: Seek | null
  readonly clock: Clock
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

/** After finding that another process is at work, in milliseconds. */
const lookAgainMs = 100

/**
 * Fetches a stale response anew, once at a time, through a request that has no client (RFC 5861 §3). A failure
 * leaves the stale one in place.
 */
export function createRefresh(parts: RefreshParts): (request: RefreshRequest) => void {
  const { fences, responses, flights, collector, seek } = parts
  // Whatever the visitor's request carries along in AsyncLocalStorage is no part of an answer for everybody.
  const outside = AsyncLocalStorage.snapshot()

  async function run({ stored, model, listener }: RefreshRequest): Promise<void> {
    const flightKey = responses.variantKey(stored.key, model.headers)
    if (flights.find(flightKey)) return
    const { request, response, abort } = detachedRequest(model, stored.madeWith)
    if (parts.compresses) hideAcceptEncoding(request)
    const { label, policy, tags } = parts.routes('GET', stored.url)
    const stamp = fences.begin(tags ?? [])
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
    const dependencies = dependenciesOf(exchange, tags ?? [])
    const flight = flights.lead(flightKey, dependencies, stamp)
    exchange.reason = 'stale'
    const candidates = confirmable([stored], exchange.facts!)
    const begin = { stamp, flight, refreshes: stored, confirmable: candidates, outerHeaders: {} }
    if (!seek) return collect(exchange, begin, abort)
    const { facts } = exchange
    const isGoodEnough = (found: StoredResponse) => parts.clock() < found.freshUntil
    const sought = await seek.renew({ dependencies, facts: facts!, leads: true, isGoodEnough })
    if (sought === null || sought.stored) {
      flights.settle(flight, undefined)
      // Another process is at work: its response is looked for again.
      if (sought === null) stored.refreshAfter = parts.clock() + lookAgainMs
      return
    }
    flight.lease = sought.lease
    collect(exchange, { ...begin, stamp: sought.stamp }, abort)
  }

  function collect(exchange: Exchange, begin: CaptureBegin, abort: () => void): void {
    const { request, response, listener } = exchange
    exchange.capture = startCapture(begin)
    if (begin.confirmable.length > 0) askToConfirm(request, begin.confirmable)
    parts.intercept(response)
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
    setImmediate(() => void outside(run, request))
  }
}
