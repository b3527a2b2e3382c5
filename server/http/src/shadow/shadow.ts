import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Clock } from '@hotpath/core'
import { changedTargets, isSafe } from '../changed-targets.ts'
import { dependenciesOf } from '../dependencies.ts'
import { createExchange, type Exchange, type ExchangeResponse, kExchange } from '../exchange.ts'
import type { Fences, Stamp } from '../fences.ts'
import { parseCacheGroups } from '../cache-groups.ts'
import { handOver } from '../hand-over.ts'
import { type HeaderBlock, readBlock } from '../header-block.ts'
import { createInterceptor } from '../intercept.ts'
import { cacheKey } from '../key.ts'
import { type Observer, startOfRequest } from '../observe.ts'
import { applyOuterLines } from '../outer-lines.ts'
import type { RequestFacts } from '../request-facts.ts'
import { type ResponseFacts, responseFacts } from '../response-facts.ts'
import type { Reuse } from '../reusable.ts'
import type { RouteTable } from '../route-table.ts'
import { type Storability, storable, type StoreRules, type StoreTerms } from '../storable.ts'
import { selectingValues } from '../vary.ts'
import { asIfDeclared } from './as-if-declared.ts'
import { createShadowCounts, type ShadowOutcome, type ShadowRoute } from './shadow-counts.ts'
import type { ShadowStore } from './shadow-store.ts'

/** What the cache would do, were it switched on. */
export interface ShadowStats {
  /** Responses that would be stored, and the bytes of their bodies. */
  readonly entries: number
  readonly bytes: number
  readonly routes: readonly ShadowRoute[]
}

/** Lets every request pass to its handler, untouched, and counts what a cache would have made of it. */
export interface Shadow {
  request(listener: RequestListener, request: IncomingMessage, response: ServerResponse): void
  stats(): ShadowStats
}

export interface ShadowParts {
  readonly store: ShadowStore
  readonly fences: Fences
  readonly routes: RouteTable
  readonly rules: StoreRules
  readonly observer: Observer
  readonly clock: Clock
  readonly maxEntryBytes: number
}

/** One request on its way through. */
interface Watched {
  readonly stamp: Stamp
  readonly reuse: Reuse | undefined
  /** Why the cache would have had no part in it; null where it would. */
  readonly bypass: string | null
  /** On what terms it would be stored, once the head is there. */
  verdict: { readonly terms: StoreTerms; readonly tags: readonly string[]; readonly at: number } | null
  reason: string | null
  isWhole: boolean
}

/**
 * Watches instead of caching. What it cannot know: requests that would have waited for one another count as misses,
 * and an answer of 304 as one with the body that was stored before.
 */
export function createShadow(parts: ShadowParts): Shadow {
  const { store, fences, routes, rules, observer, clock } = parts
  const counts = createShadowCounts()
  const watching = new WeakMap<Exchange, Watched>()
  const intercept = createInterceptor({
    head,
    body() {},
    end(exchange) {
      const watched = watching.get(exchange)
      if (watched) watched.isWhole = true
    },
    failed(exchange) {
      refuse(exchange, 'aborted')
    },
  })

  function request(listener: RequestListener, incoming: IncomingMessage, response: ServerResponse): void {
    if (kExchange in response) return listener(incoming, response)
    const startedAt = startOfRequest()
    const { method = 'GET', url = '' } = incoming
    const { label, policy, tags } = routes(method, url)
    const block = method === 'GET' || method === 'HEAD' ? readBlock(method, incoming) : undefined
    const facts = block?.facts
    const key = block && cacheKey(block, url)
    applyOuterLines(response)
    const given = { request: incoming, response, listener, startedAt, key, facts }
    const exchange = createExchange({ ...given, route: label, policy, tags })
    exchange.outcome = 'off'
    const stamp = fences.begin(tags ?? [])
    const reuse = key !== undefined && facts ? store.find(key, facts, clock()) : undefined
    const bypass = block ? bypassed(exchange, block) : null
    watching.set(exchange, { stamp, reuse, bypass, verdict: null, reason: null, isWhole: false })
    intercept(exchange.response)
    exchange.response.once('close', closed)
    handOver(exchange)
  }

  function head(exchange: Exchange): void {
    const { facts, response, request: incoming, url } = exchange
    if (!facts) {
      const isChange = !isSafe(incoming.method) && response.statusCode < 400
      if (isChange)
        fences.dropTargets(
          changedTargets({ url, headers: incoming.headers }, responseFacts(response).headers),
        )
      return
    }
    const watched = watching.get(exchange)
    if (!watched) return
    if (watched.bypass !== null) return refuse(exchange, watched.bypass)
    const at = clock()
    const answer = asIfDeclared(exchange)
    const decision = decide(facts, answer, at)
    const groups = parseCacheGroups(answer.headers['cache-groups'] ?? '')
    if (!decision.store) return refuse(exchange, decision.reason)
    if (!groups) return refuse(exchange, 'tags')
    watched.verdict = { terms: decision.terms, tags: [...new Set([...exchange.tags!, ...groups])], at }
  }

  /** A 304 is judged as the 200 that it stands for; HEAD as the GET. */
  function decide(facts: RequestFacts, answer: ResponseFacts, now: number): Storability {
    const status = answer.status === 304 ? 200 : answer.status
    return storable({ ...facts, method: 'GET' }, { ...answer, status }, { now, rules })
  }

  function refuse(exchange: Exchange, reason: string): void {
    const watched = watching.get(exchange)
    if (!watched) return
    watched.verdict = null
    watched.reason = reason
  }

  function closed(this: ExchangeResponse): void {
    const exchange = this[kExchange]
    observer.closed(exchange)
    const watched = watching.get(exchange)
    const { key, facts } = exchange
    if (!watched || !facts) return
    const isCacheable = key !== undefined && watched.verdict !== null && watched.isWhole
    if (isCacheable) keep(exchange, key, facts, watched)
    if (!watched.isWhole) refuse(exchange, watched.reason ?? 'aborted')
    const { bytes, route } = exchange
    counts.count(route, { outcome: outcomeOf(watched), bytes, reason: watched.reason })
  }

  /** What would be fetched, and is not, leaves the stored response as it was. */
  function keep(exchange: Exchange, ...[key, facts, watched]: [string, RequestFacts, Watched]): void {
    const isHit = watched.reuse === 'fresh'
    const { terms, tags, at } = watched.verdict!
    if (isHit || exchange.request.method !== 'GET') return
    const isNotModified = exchange.response.statusCode === 304
    const bytes = isNotModified ? store.bytesOf(key, facts) : exchange.bytes
    if (bytes > parts.maxEntryBytes) {
      watched.reason = 'too-large'
      return
    }
    store.put(key, facts, {
      bytes,
      bornAt: at - terms.ageMs,
      freshUntil: at + terms.freshMs,
      staleMs: terms.staleMs,
      errorMs: terms.errorMs,
      mayBeStale: terms.mayBeStale,
      isPublic: terms.isPublic || exchange.policy?.freshSeconds != null,
      allowsCookies: terms.allowsCookies,
      vary: terms.vary,
      varyValues: selectingValues(terms.vary, facts.headers),
      dependencies: dependenciesOf(exchange, tags),
      stamp: watched.stamp,
    })
  }

  return {
    request,
    stats: () => ({ entries: store.entries(), bytes: store.bytes(), routes: counts.read() }),
  }
}

function outcomeOf({ reuse, reason, verdict }: Watched): ShadowOutcome {
  if (reuse === 'fresh') return 'hits'
  if (reuse === 'stale-while-revalidate') return 'staleHits'
  return reason === null && verdict !== null ? 'misses' : 'uncacheable'
}

function bypassed({ key, tags, policy }: Exchange, { bypass }: HeaderBlock): string | null {
  if (key === undefined) return 'target'
  if (policy?.isPrivate) return 'private'
  if (tags === null) return 'tags'
  return bypass ?? null
}
