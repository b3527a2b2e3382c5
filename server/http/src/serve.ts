import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Clock } from '@hotpath/core'
import { blockOf, ownHeaders } from './arriving-request.ts'
import { unmetConditionStatus } from './channels.ts'
import { type Exchange, createExchange, kExchange } from './exchange.ts'
import { keepInterimFirst, waitsItsTurn } from './interim-first.ts'
import { readBlock } from './header-block.ts'
import { cacheKey } from './key.ts'
import type { Front, Miss } from './miss.ts'
import { type Observer, startOfRequest } from './observe.ts'
import { applyOuterLines } from './outer-lines.ts'
import type { RefreshRequest } from './refresh.ts'
import type { RequestFacts } from './request-facts.ts'
import type { Responses } from './responses.ts'
import { freshness, mayReplaceError } from './reusable.ts'
import type { RouteTable } from './route-table.ts'
import type { StoredResponse } from './stored-response.ts'
import { endUnread } from './unread-request.ts'
import { openTable } from './written-headers.ts'
import type { WriteStored } from './write-stored.ts'

export interface ServeParts {
  readonly responses: Responses
  readonly routes: RouteTable
  readonly observer: Observer
  readonly clock: Clock
  readonly ignoreReload: boolean
  /** Whether the process has more to do than it can. */
  readonly overloaded: () => boolean
  /** For how long a stale response may answer while it has, in milliseconds. */
  readonly unavailableMs: number
  readonly write: WriteStored
  /** Whether a response may lie somewhere else than in this process' memory. */
  readonly seeksBeyond: boolean
  readonly miss: Miss
  readonly refresh: (request: RefreshRequest) => void
}

/** Answers one request, from the cache or through its listener. */
export interface Serve extends Front {
  request(listener: RequestListener, request: IncomingMessage, response: ServerResponse): void
}

/** The way of a request: not ours, a hit, stale with a refresh behind it, or a miss. */
export function createServe(parts: ServeParts): Serve {
  const { responses, observer, clock, ignoreReload, write, miss } = parts

  function request(listener: RequestListener, request: IncomingMessage, response: ServerResponse): void {
    if (kExchange in response) return listener(request, response) // A cache stands before us already.
    const startedAt = startOfRequest()
    const { method } = request
    const isLookup = method === 'GET' || method === 'HEAD'
    if (!isLookup) {
      return bypass({ listener, request, response, startedAt, key: undefined, facts: undefined }, 'method')
    }
    const known = method === 'GET' ? blockOf(request) : null
    const block = known ?? readBlock(method, request)
    const key = cacheKey(block, request.url)
    const { facts } = block
    const given = { listener, request, response, startedAt, key, facts }
    const reason = key === undefined ? 'target' : block.bypass
    if (key === undefined || reason !== undefined) return bypass(given, reason)
    const stored = responses.find(key, facts)
    const answered = stored && answer(given, stored)
    if (answered) {
      if (known !== null) endUnread(request)
      const { bytes, outcome: cache } = answered
      const status = response.statusCode
      return observer.answered(startedAt, { request, method, route: stored.route, status, bytes, cache })
    }
    const exchange = startExchange(given)
    exchange.reason = missReason(exchange, stored)
    if (facts.headers.range !== undefined && exchange.outcome !== 'bypass') {
      // A part is never stored, so that the handler may make it as it likes.
      exchange.outcome = 'bypass'
      exchange.detail = 'range'
    }
    const isPrivate = exchange.policy?.isPrivate || exchange.tags === null
    const isRefused = facts.onlyIfCached && !isPrivate && !parts.seeksBeyond
    if (isRefused) return refuse(exchange)
    miss.fetch(exchange)
  }

  /** Sends the stored response if it is good enough; undefined when it is not. */
  function answer(given: Arrival & { facts: RequestFacts }, stored: StoredResponse): Answer | undefined {
    const now = clock()
    const reuse = freshness(given.facts, stored, { now, ignoreReload })
    if (reuse === 'must-fetch' && !isSpared(given.facts, stored, now)) return undefined
    // Nothing but a 100 can have been queued before a hit.
    if (given.facts.headers.expect !== undefined && waitsItsTurn(given.response)) {
      keepInterimFirst(given.response)
    }
    const bytes = write(given.request, given.response, { stored, now })
    if (reuse === 'fresh') return { bytes, outcome: 'hit' }
    const { request: model, listener } = given
    if (reuse === 'stale-while-revalidate') parts.refresh({ stored, model, listener, now })
    return { bytes, outcome: 'stale' }
  }

  /** Whether a stale response answers because asking would fail: it has just failed, or there is too much to do. */
  function isSpared(facts: RequestFacts, stored: StoredResponse, now: number): boolean {
    if (!stored.mayBeStale || (now >= stored.failedUntil && !parts.overloaded())) return false
    return mayReplaceError(facts, stored, { now, allowanceMs: parts.unavailableMs })
  }

  function startExchange(given: Given): Exchange {
    const { method = 'GET', url = '' } = given.request
    const { label, policy, tags, isOff } = parts.routes(method, url)
    openTable(given.response)
    applyOuterLines(given.response)
    if (waitsItsTurn(given.response)) keepInterimFirst(given.response)
    const facts = given.facts && ownFacts(given.request, given.facts)
    const { request, response, listener, startedAt, key } = given
    const exchange = createExchange({
      request,
      response,
      listener,
      startedAt,
      key,
      facts,
      policy,
      tags,
      route: label,
    })
    if (policy?.isPrivate || tags === null) {
      exchange.outcome = 'bypass'
      exchange.reason = 'bypass'
      if (tags === null) exchange.detail = 'tags'
      if (isOff) exchange.detail = 'off'
    }
    return exchange
  }

  function bypass(given: Given, detail: string | undefined): void {
    const exchange = startExchange(given)
    exchange.outcome = 'bypass'
    exchange.reason = given.facts ? 'bypass' : 'method'
    exchange.detail = detail ?? exchange.detail
    miss.pass(exchange)
  }

  function missReason(
    { key, facts, reason, outcome }: Exchange,
    stored: StoredResponse | undefined,
  ): Exchange['reason'] {
    if (outcome === 'bypass') return reason
    if (stored) return clock() < stored.freshUntil ? 'request' : 'stale'
    return responses.isVaryMiss(key!, facts!.headers) ? 'vary-miss' : 'miss'
  }

  /** The client would rather have this than wait (RFC 9111 §5.2.1.7). */
  function refuse(exchange: Exchange): void {
    const { response } = exchange
    response.writeHead(504, {
      'Cache-Status': 'hotpath; detail=only-if-cached',
      'Cache-Control': 'no-store',
    })
    response.end()
    observer.answered(exchange.startedAt, {
      request: exchange.request,
      method: exchange.request.method ?? 'GET',
      route: exchange.route,
      status: unmetConditionStatus,
      bytes: 0,
      cache: 'miss',
    })
  }

  function retry(exchange: Exchange): void {
    const stored = responses.find(exchange.key!, exchange.facts!)
    if (!stored || !use(exchange, stored)) miss.fetch(exchange)
  }

  function use(exchange: Exchange, stored: StoredResponse): boolean {
    const answered = answer({ ...exchange, facts: exchange.facts! }, stored)
    if (!answered) return false
    exchange.bytes = answered.bytes
    exchange.outcome = answered.outcome
    return true
  }

  return {
    request,
    retry,
    use,
    refuse,
    isGoodEnough: (facts, stored) =>
      freshness(facts, stored, { now: clock(), ignoreReload }) !== 'must-fetch',
  }
}

/** The facts of a request that goes on: of the headers that it has then, which may still be changed. */
function ownFacts(request: IncomingMessage, facts: RequestFacts): RequestFacts {
  const headers = ownHeaders(request)
  return headers === facts.headers ? facts : { ...facts, headers }
}

/** A request as it arrived. */
interface Arrival {
  readonly listener: RequestListener
  readonly request: IncomingMessage
  readonly response: ServerResponse
}

/** A request with what was read from its head. */
interface Given extends Arrival {
  readonly startedAt: number
  readonly key: string | undefined
  readonly facts: RequestFacts | undefined
}

interface Answer {
  readonly bytes: number
  readonly outcome: 'hit' | 'stale'
}
