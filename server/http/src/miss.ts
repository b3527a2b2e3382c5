import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from '@hotpath/core'
import { forwardStatus } from './cache-status.ts'
import { startCapture } from './capture.ts'
import type { Collector } from './collector.ts'
import { dependenciesOf } from './dependencies.ts'
import { type Exchange, type ExchangeResponse, kExchange } from './exchange.ts'
import type { Fences } from './fences.ts'
import type { Flight, Flights } from './flights.ts'
import type { HitForMiss } from './hit-for-miss.ts'
import type { Observer } from './observe.ts'
import type { RequestFacts } from './request-facts.ts'
import { retractConditions } from './retracted-conditions.ts'
import type { Responses } from './responses.ts'
import { mayAnswer } from './reusable.ts'
import type { StoredResponse } from './stored-response.ts'
import { writeStored } from './write-stored.ts'

export interface MissParts {
  readonly fences: Fences
  readonly responses: Responses
  readonly flights: Flights
  readonly hitForMiss: HitForMiss
  readonly collector: Collector
  readonly observer: Observer
  readonly clock: Clock
  readonly intercept: (response: ExchangeResponse) => void
  /** Looks the request up again, after it waited in vain. */
  readonly retry: (exchange: Exchange) => void
}

/** Waits that may end in vain before a request runs its handler whatever the others do. */
const maxWaits = 3

/** How a request that the cache cannot answer gets its answer. */
export interface Miss {
  /** Joins the handler that is at work for the same answer, or runs it and collects what it writes. */
  fetch(exchange: Exchange): void
  /** Runs the handler, collecting nothing. */
  pass(exchange: Exchange): void
}

/** Makes the miss side of one cache. */
export function createMiss(parts: MissParts): Miss {
  const { fences, responses, flights, hitForMiss, collector, observer, clock } = parts

  function fetch(exchange: Exchange): void {
    const facts = exchange.facts!
    if (!isCollectable(exchange, facts)) return pass(exchange)
    const key = exchange.key!
    const flightKey = responses.variantKey(key, facts.headers)
    const waitsForNobody = exchange.waits >= maxWaits || hitForMiss.has(key, clock())
    const flight = waitsForNobody ? undefined : flights.find(flightKey)
    if (flight && mayFollow(exchange, facts)) return follow(exchange, flight)
    const isKnown = isDeclared(exchange) || responses.has(key)
    const leads = !waitsForNobody && !flight && mayLead(exchange, facts) && (isKnown || !isConditional(facts))
    collect(exchange, leads ? flightKey : null)
    if (isKnown && !waitsForNobody) retractConditions(exchange)
    pass(exchange)
  }

  function collect(exchange: Exchange, flightKey: string | null): void {
    const stamp = fences.begin()
    const dependencies = dependenciesOf(exchange, exchange.tags!)
    const flight = flightKey === null ? null : flights.lead(flightKey, dependencies, stamp)
    const outerHeaders = exchange.response.getHeaders()
    exchange.capture = startCapture({ stamp, flight, refreshes: null, outerHeaders })
  }

  function pass(exchange: Exchange): void {
    const { request, response, listener } = exchange
    parts.intercept(response)
    if (exchange.waits === 0) response.once('close', closed)
    listener(request, response)
  }

  function follow(exchange: Exchange, flight: Flight): void {
    if (exchange.waits === 0) exchange.response.once('close', closed)
    exchange.waits += 1
    // The leader's end would otherwise lend its AsyncLocalStorage to everybody who waited for it.
    const inOwnContext = AsyncLocalStorage.snapshot()
    flights.follow(flight, (stored) => {
      // On a tick of its own, so that a handler that throws takes nobody else's answer with it.
      process.nextTick(() => inOwnContext(receive, exchange, stored))
    })
  }

  function receive(exchange: Exchange, stored: StoredResponse | undefined): void {
    const { request, response } = exchange
    if (response.destroyed || request.socket.destroyed) return
    const isUsable = stored && mayAnswer(exchange.facts!, stored) && !fences.outdated(stored)
    if (!isUsable) return parts.retry(exchange)
    exchange.outcome = 'collapsed'
    const cacheStatus = forwardStatus({ reason: exchange.reason, collapsed: true })
    exchange.bytes = writeStored(request, response, { stored, now: clock(), cacheStatus })
  }

  /** One listener for everything: frameworks come near the ten that Node allows without a warning. */
  function closed(this: ExchangeResponse): void {
    collector.closed(this[kExchange])
    observer.closed(this[kExchange])
  }

  return { fetch, pass }
}

const isDeclared = ({ policy }: Exchange) => policy !== undefined && policy.freshSeconds !== null

/** Only answers to a GET are stored, and none where the route or the client forbids it. */
function isCollectable({ policy, tags }: Exchange, { method, noStore }: RequestFacts): boolean {
  return method === 'GET' && !noStore && tags !== null && !policy?.isPrivate
}

/** A request with credentials waits only for what was declared to be for everybody. */
function mayFollow(exchange: Exchange, { hasAuthorization, hasCookie }: RequestFacts): boolean {
  return isDeclared(exchange) || !(hasAuthorization || hasCookie)
}

/** Nobody waits for a request whose answer most likely is its own. */
function mayLead(exchange: Exchange, { hasAuthorization, hasCookie }: RequestFacts): boolean {
  if (hasAuthorization && !exchange.policy?.saysPublic) return false
  return isDeclared(exchange) || !hasCookie
}

function isConditional({ headers }: RequestFacts): boolean {
  return headers['if-none-match'] !== undefined || headers['if-modified-since'] !== undefined
}
