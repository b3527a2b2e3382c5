import type { Clock } from '@hotpath/core'
import { parseCacheGroups } from './cache-groups.ts'
import { createAcceptance, type Refusal, withEntityTag } from './acceptance.ts'
import type { Accepted, Capture } from './capture.ts'
import { applyDialects, type CdnDialect } from './cdn/dialects.ts'
import { changedTargets, isSafe } from './changed-targets.ts'
import { holdPart, joinedPart, type Part, wholePart } from './chunk.ts'
import type { Compression } from './compress/compression.ts'
import type { Counters } from './counters.ts'
import type { Exchange } from './exchange.ts'
import type { Fences } from './fences.ts'
import type { Flights } from './flights.ts'
import { showsAnother } from './head-answer.ts'
import type { HitForMiss } from './hit-for-miss.ts'
import type { ResponseListener } from './intercept.ts'
import { credentialsOf, type RequestFacts } from './request-facts.ts'
import { bodyOf } from './representation.ts'
import { responseFacts } from './response-facts.ts'
import { announceForward, applyPolicy } from './response-head.ts'
import type { Responses } from './responses.ts'
import { becomeNotModified, conditionsOf } from './retracted-conditions.ts'
import { createStandIns } from './stand-in.ts'
import type { StoreRules } from './storable.ts'
import { type Ingredients, soften, storeResponse } from './stored-response.ts'
import { selectingValues } from './vary.ts'

/** What the collector decides with. */
export interface CollectorParts {
  readonly fences: Fences
  readonly responses: Responses
  readonly flights: Flights
  readonly hitForMiss: HitForMiss
  readonly counters: Counters
  readonly clock: Clock
  readonly rules: StoreRules
  /** For how long a stale response may answer while nobody can be asked, in milliseconds. */
  readonly unavailableMs: number
  /** Overtakes what carries one of these tags, in all processes. */
  readonly dropTags: (tags: readonly string[]) => void
  /** Makes the coded forms; null where none are made. */
  readonly compression: Compression | null
  readonly maxEntryBytes: number
  /** Other words for the policy of a response, for CDNs that read no standard ones. */
  readonly dialects: readonly CdnDialect[]
  /** Most bytes collected at one time, over all responses. */
  readonly maxCollectedBytes: number
}

/** Follows responses as handlers write them, stores those that may be stored, and lets the others pass. */
export interface Collector extends ResponseListener {
  /** The response was closed, ended or not. */
  closed(exchange: Exchange): void
}

/** A refresh that failed is not tried again at every request. */
const refreshPauseMs = 1_000

/** Makes the collector of one cache. */
export function createCollector(parts: CollectorParts): Collector {
  const { fences, responses, flights, hitForMiss, counters, clock } = parts
  const standIns = createStandIns(parts)
  const accept = createAcceptance({ ...parts, fits: (length) => fits(length, length) })
  let collectedBytes = 0

  function head(exchange: Exchange, wholeBody: Part | null): void {
    const { capture, facts, response } = exchange
    if (!facts) return passed(exchange)
    if (facts.method === 'HEAD') compare(exchange, facts)
    const forwardStatus = response.statusCode
    if (capture && standsIn(exchange, capture)) return
    if (capture) standIns.confirm(exchange, capture)
    applyPolicy(exchange)
    if (parts.dialects.length > 0) applyDialects(exchange.response, parts.dialects)
    const known = capture?.confirmed ? wholePart(bodyOf(capture.confirmed.identity)) : wholeBody
    const refusal = capture ? accept(exchange, capture, known) : undefined
    if (capture && refusal) refuse(exchange, capture, refusal)
    announceForward(exchange, {
      reason: exchange.reason,
      forwardStatus: response.statusCode === forwardStatus ? undefined : forwardStatus,
      stored: exchange.capture !== null && known !== null,
      detail: refusal ?? exchange.detail,
    })
    if (exchange.conditions) becomeNotModified(exchange, exchange.conditions)
  }

  /** What a HEAD shows to be of an earlier state is fresh no more. */
  function compare({ key, response, outcome }: Exchange, facts: RequestFacts): void {
    const stored = key !== undefined && outcome === 'miss' ? responses.find(key, facts) : undefined
    if (stored && showsAnother(responseFacts(response), stored)) soften(stored, clock())
  }

  /** Whether a stale response takes the place of a failure; it does so for all who wait. */
  function standsIn(exchange: Exchange, capture: Capture): boolean {
    const forwardStatus = exchange.response.statusCode
    const stored = standIns.forFailure(exchange, capture)
    if (!stored) return false
    const { reason, request } = exchange
    announceForward(exchange, { reason, forwardStatus, detail: 'stale-if-error' })
    // What the request says after we made it ask is not its client's word.
    const asked = capture.confirmable.length > 0 ? undefined : conditionsOf(request)
    const conditions = exchange.conditions ?? asked
    if (conditions) becomeNotModified(exchange, conditions)
    exchange.outcome = 'stale'
    release(exchange, capture)
    if (!capture.flight) return true
    capture.flight.lease?.release()
    flights.settle(capture.flight, stored)
    return true
  }

  /** What a successful unsafe method has changed (RFC 9111 §4.4, RFC 9875 §3). */
  function passed({ request, response, url }: Exchange): void {
    if (response.statusCode >= 400 || isSafe(request.method)) return
    const { headers } = responseFacts(response)
    fences.dropTargets(changedTargets({ url, headers: request.headers }, headers))
    const groups = parseCacheGroups(headers['cache-group-invalidation'] ?? '')
    if (groups && groups.length > 0) parts.dropTags(groups)
  }

  function body(exchange: Exchange, part: Part): void {
    const { capture } = exchange
    if (!capture || capture.confirmed) return
    if (!fits(capture.bytes + part.length, part.length)) return refuse(exchange, capture, 'too-large')
    holdPart(part)
    capture.parts.push(part)
    capture.bytes += part.length
    collectedBytes += part.length
  }

  /** Whether a body of `length` may be collected, of which `added` is still to come. */
  function fits(length: number, added: number): boolean {
    return length <= parts.maxEntryBytes && collectedBytes + added <= parts.maxCollectedBytes
  }

  function end(exchange: Exchange): void {
    const { capture } = exchange
    if (!capture) return
    const { accepted } = capture
    if (!accepted) return refuse(exchange, capture, 'aborted')
    const announced = accepted.head.contentLength
    const isShort = announced !== undefined && announced !== capture.bytes && !capture.confirmed
    if (isShort) return refuse(exchange, capture, 'truncated')
    if (fences.overtaken(accepted.bound, capture.stamp)) return refuse(exchange, capture, 'fenced')
    release(exchange, capture)
    store(exchange, capture, accepted)
  }

  function store(exchange: Exchange, capture: Capture, accepted: Accepted): void {
    const facts = exchange.facts!
    const whole = capture.confirmed
      ? wholePart(bodyOf(capture.confirmed.identity))
      : joinedPart(capture.parts)
    const ingredients: Ingredients = {
      head: withEntityTag(accepted.head, whole),
      body: whole,
      terms: accepted.terms,
      at: accepted.at,
      isDeclaredPublic: exchange.policy?.freshSeconds != null,
      bound: accepted.bound,
      varyValues: selectingValues(accepted.terms.vary, facts.headers),
      route: exchange.route,
      madeWith: credentialsOf(facts),
    }
    const stored = storeResponse(ingredients, { compresses: parts.compression !== null })
    if (capture.confirmed) parts.compression?.forms.inherit(stored, capture.confirmed)
    else parts.compression?.keep(stored, exchange.response)
    responses.put(stored)
    hitForMiss.clear(stored.key)
    if (!capture.flight) return
    capture.flight.lease?.fill(stored, ingredients)
    flights.settle(capture.flight, stored)
  }

  function refuse(exchange: Exchange, capture: Capture, reason: Refusal): void {
    release(exchange, capture)
    counters.notStored += 1
    const { response, policy, key } = exchange
    // Without a declared route, only the response can tell that caching was never meant.
    if (exchange.outcome === 'miss' && policy?.freshSeconds == null) exchange.outcome = 'bypass'
    // Confirmed, but on other terms: what was stored on the earlier ones is no longer good.
    if (capture.confirmed && reason !== 'fenced' && reason !== 'aborted') responses.remove(capture.confirmed)
    const keepsStale = capture.refreshes ? giveUpRefresh(capture, reason, response.statusCode) : false
    if (!capture.flight) return
    const isAboutTheResponse = reason !== 'fenced' && reason !== 'aborted' && response.statusCode !== 304
    if (isAboutTheResponse) {
      hitForMiss.mark(key!, clock())
      if (!keepsStale) capture.flight.lease?.refuse()
    }
    flights.settle(capture.flight, undefined)
  }

  /**
   * A failure leaves the stale response until its window ends; an answer that forbids storing replaces it. Whether it
   * is left.
   */
  function giveUpRefresh(capture: Capture, reason: Refusal, status: number): boolean {
    const stale = capture.refreshes!
    const hasFailed = reason === 'aborted' || reason === 'truncated' || reason === 'fenced'
    const isLeft = hasFailed || status >= 500 || status === 429
    if (isLeft) stale.refreshAfter = clock() + refreshPauseMs
    else responses.remove(stale)
    return isLeft
  }

  function release(exchange: Exchange, capture: Capture): void {
    collectedBytes -= capture.bytes
    if (exchange.capture === capture) exchange.capture = null
  }

  function failed(exchange: Exchange): void {
    if (exchange.capture) refuse(exchange, exchange.capture, 'aborted')
  }

  function closed(exchange: Exchange): void {
    const { capture } = exchange
    if (!capture) return
    // A handler that computes goes on and ends; one that streams to a lost client stops.
    if (exchange.head === 'sent' || capture.refreshes || !capture.flight) refuse(exchange, capture, 'aborted')
    else flights.hurry(capture.flight)
  }

  return { head, body, end, failed, closed }
}
