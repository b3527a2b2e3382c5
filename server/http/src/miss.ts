import { AsyncLocalStorage } from 'node:async_hooks'
import type { Clock } from '@hotpath/core'
import { forwardStatus } from './cache-status.ts'
import { type Capture, startCapture } from './capture.ts'
import type { Collector } from './collector.ts'
import type { Compression } from './compress/compression.ts'
import { hideAcceptEncoding, namePlainTags } from './compress/incoming.ts'
import type { Counters } from './counters.ts'
import { dependenciesOf } from './dependencies.ts'
import { type Exchange, type ExchangeResponse, kExchange } from './exchange.ts'
import type { Fences } from './fences.ts'
import type { Flight, Flights } from './flights.ts'
import { handOver } from './hand-over.ts'
import type { HitForMiss } from './hit-for-miss.ts'
import type { Observer } from './observe.ts'
import type { RequestFacts } from './request-facts.ts'
import { retractConditions } from './retracted-conditions.ts'
import { headersOn } from './response-facts.ts'
import type { Responses } from './responses.ts'
import { mayAnswer } from './reusable.ts'
import type { Seek } from './seek.ts'
import type { StoredResponse } from './stored-response.ts'
import { askToConfirm, confirmable } from './validation.ts'
import type { WriteStored } from './write-stored.ts'

export interface MissParts {
  readonly fences: Fences
  readonly responses: Responses
  readonly flights: Flights
  readonly hitForMiss: HitForMiss
  readonly collector: Collector
  readonly observer: Observer
  readonly counters: Counters
  readonly clock: Clock
  readonly compression: Compression | null
  readonly write: WriteStored
  readonly intercept: (response: ExchangeResponse) => void
  /** Looks beyond this process' memory; null where there is nothing beyond. */
  readonly seek: Seek | null
  readonly front: Front
}

/** What stands before the misses. */
export interface Front {
  /** Looks the request up again, after it waited in vain. */
  retry(exchange: Exchange): void
  /** Answers with a stored response; false where it is not good enough for this request by now. */
  use(exchange: Exchange, stored: StoredResponse): boolean
  isGoodEnough(facts: RequestFacts, stored: StoredResponse): boolean
  /** Answers `only-if-cached` where there is nothing. */
  refuse(exchange: Exchange): void
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
  const { fences, responses, flights, hitForMiss, collector, observer, clock, seek, front } = parts

  function fetch(exchange: Exchange): void {
    const facts = exchange.facts!
    const asks = seek !== null && mayAsk(exchange, facts) && !hitForMiss.has(exchange.key!, clock())
    if (!isCollectable(exchange, facts)) return asks ? void search(exchange, seek, null) : pass(exchange)
    const key = exchange.key!
    const flightKey = responses.variantKey(key, facts.headers)
    const waitsForNobody = exchange.waits >= maxWaits || hitForMiss.has(key, clock())
    const joined = waitsForNobody ? undefined : flights.find(flightKey)
    if (joined && mayFollow(exchange, facts)) return follow(exchange, joined)
    const isKnown = isDeclared(exchange) || responses.has(key)
    const leads = !waitsForNobody && !joined && mayLead(exchange, facts) && (isKnown || !isConditional(facts))
    const stamp = fences.begin(exchange.tags!)
    const dependencies = dependenciesOf(exchange, exchange.tags!)
    const flight = leads ? flights.lead(flightKey, dependencies, stamp) : null
    if (asks && !waitsForNobody) return void search(exchange, seek, flight)
    collect(exchange, { stamp, flight })
  }

  /** Runs the handler and collects what it writes. */
  function collect(exchange: Exchange, { stamp, flight }: Pick<Capture, 'stamp' | 'flight'>): void {
    const outerHeaders = headersOn(exchange.response)
    const key = exchange.key!
    const candidates = confirmable(responses.variants(key), exchange.facts!)
    exchange.capture = startCapture({ stamp, flight, refreshes: null, confirmable: candidates, outerHeaders })
    const isKnown = isDeclared(exchange) || responses.has(key)
    const isAlone = exchange.waits >= maxWaits || hitForMiss.has(key, clock())
    const isAsking = candidates.length > 0
    if (isAsking || (isKnown && !isAlone)) retractConditions(exchange)
    if (isAsking) askToConfirm(exchange.request, candidates)
    // What is kept for everybody is compressed here, in as many codings as are asked for.
    if (isKnown && parts.compression) hideAcceptEncoding(exchange.request)
    pass(exchange)
  }

  function pass(exchange: Exchange): void {
    const { request, response } = exchange
    if (parts.compression) namePlainTags(request)
    exchange.compressor = parts.compression
    parts.intercept(response)
    watch(exchange)
    handOver(exchange)
  }

  /** Looks beyond memory first, for those who may follow this request, too. */
  async function search(exchange: Exchange, beyond: Seek, flight: Flight | null): Promise<void> {
    const facts = exchange.facts!
    const sought = await beyond.find({
      dependencies: dependenciesOf(exchange, exchange.tags!),
      facts,
      leads: flight !== null && !facts.onlyIfCached,
      isGoodEnough: (stored) => front.isGoodEnough(facts, stored),
    })
    if (sought.stored) {
      // It is in memory by now, where its followers find it.
      if (flight) flights.settle(flight, undefined)
      if (isGone(exchange)) return lost(exchange)
      watch(exchange)
      if (front.use(exchange, sought.stored)) {
        if (sought.from === 'redis') parts.counters.redisHits += 1
        return
      }
      return collect(exchange, { stamp: fences.begin(exchange.tags!), flight: null })
    }
    const { lease, stamp, unstorableMs } = sought
    if (unstorableMs > 0) {
      hitForMiss.markFor(exchange.key!, clock(), unstorableMs)
      if (flight) flights.settle(flight, undefined)
    }
    if (flight) flight.lease = lease
    if (isGone(exchange) || facts.onlyIfCached) {
      if (flight) flights.settle(flight, undefined)
      return isGone(exchange) ? lost(exchange) : front.refuse(exchange)
    }
    if (isCollectable(exchange, facts)) collect(exchange, { stamp, flight })
    else pass(exchange)
  }

  function watch(exchange: Exchange): void {
    if (exchange.isWatched) return
    exchange.isWatched = true
    exchange.response.on('close', closed)
  }

  /** Its client left while nobody was listening for that. */
  function lost(exchange: Exchange): void {
    if (!exchange.isWatched) observer.closed(exchange)
  }

  function follow(exchange: Exchange, flight: Flight): void {
    watch(exchange)
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
    if (isGone(exchange)) return
    if (!stored || !mayAnswer(exchange.facts!, stored) || !mayShare(stored)) return front.retry(exchange)
    exchange.outcome = 'collapsed'
    const cacheStatus = forwardStatus({ reason: exchange.reason, collapsed: true })
    exchange.bytes = parts.write(request, response, { stored, now: clock(), cacheStatus })
  }

  /** Whether nothing its handler depended on is known to have changed since that began. */
  function mayShare(stored: StoredResponse): boolean {
    return fences.isCurrent(stored) || fences.standing(stored) === 'current' || fences.isAsBegun(stored)
  }

  /** One listener for everything: frameworks come near the ten that Node allows without a warning. */
  function closed(this: ExchangeResponse): void {
    collector.closed(this[kExchange])
    observer.closed(this[kExchange])
  }

  return { fetch, pass }
}

const isDeclared = ({ policy }: Exchange) => policy !== undefined && policy.freshSeconds !== null

/** Only whole answers to a GET are stored, and none where the route or the client forbids it. */
function isCollectable({ policy, tags }: Exchange, { method, headers, noStore }: RequestFacts): boolean {
  if (method !== 'GET' || headers.range !== undefined) return false
  return !noStore && tags !== null && !policy?.isPrivate
}

const isGone = ({ request, response }: Exchange) => response.destroyed || request.socket.destroyed

/** Nobody asks Redis for what most likely was made for one client alone. */
function mayAsk(exchange: Exchange, { noStore, hasAuthorization, hasCookie }: RequestFacts): boolean {
  if (exchange.tags === null || exchange.policy?.isPrivate || noStore) return false
  return isDeclared(exchange) || !(hasAuthorization || hasCookie)
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
