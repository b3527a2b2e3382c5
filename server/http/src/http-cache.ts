import type { Route } from '@hotpath/core'
import { createMemoryStore, type TagSpace, invalidationOf } from '@hotpath/cache'
import type { RequestListener, Server } from 'node:http'
import { createCollector } from './collector.ts'
import { type Compression, createOwnedCompression } from './compress/compression.ts'
import { type Counters, createCounters } from './counters.ts'
import { explainUrl, type HttpExplanation } from './explain.ts'
import { httpErrors } from './errors.ts'
import { type ExchangeResponse, kExchange } from './exchange.ts'
import { createFastPath, type FastPath } from './fast-path/fast-path.ts'
import { createFences, type Fences } from './fences.ts'
import { createFlights } from './flights.ts'
import { createHitForMiss } from './hit-for-miss.ts'
import { createInterceptor } from './intercept.ts'
import { createMiss, type Front } from './miss.ts'
import { createObserver } from './observe.ts'
import { observeOnly } from './observe-only.ts'
import { type HttpCacheOptions, readSettings, type Settings } from './options.ts'
import { canPrepare } from './prepared-writer.ts'
import { createRefresh } from './refresh.ts'
import type { RequestHead } from './request-head.ts'
import { type PurgePreview, type PurgeSelection, type Responses, createResponses } from './responses.ts'
import { createRouteSwitches, globOf } from './route-switches.ts'
import { type RouteTable, createRouteTable } from './route-table.ts'
import { type Serve, createServe } from './serve.ts'
import { createSeek, type Seek } from './seek.ts'
import { createShadowMode } from './shadow/shadow-mode.ts'
import type { ShadowStats } from './shadow/shadow.ts'
import { createSharedResponses } from './shared-responses.ts'
import {
  type AnyServer,
  type FactoryListener,
  type FactoryOptions,
  type Http2Listener,
  createServerLike,
  interceptRequests,
} from './servers.ts'
import type { StoredResponse } from './stored-response.ts'
import { createWriteStored } from './write-stored.ts'

/** What a cache holds and did, since it was made. */
export interface HttpCacheStats extends Counters {
  /** URLs stored. */
  entries: number
  bytes: number
  evictions: number
  /** What the routes in shadow mode would have done; null where there are none. */
  shadow: ShadowStats | null
}

/** What became of a purge. */
export interface HttpPurge {
  /** How many responses left this process' memory. */
  dropped: number
  /** False when Redis could not be reached in time: other processes hear of it as soon as it is back. */
  acknowledged: boolean
}

export interface AttachOptions {
  /**
   * Hits of plain requests are written to the socket past node:http, for about half of what they cost; all other requests
   * are handed over to it, each with its connection. For plain HTTP behind a load balancer; servers with TLS or HTTP/2 are
   * left as they are. @default false
   */
  fastPath?: boolean
}

/** A shared HTTP cache (RFC 9111) in front of one application. */
export interface HttpCache {
  /** Puts the cache before a framework's listener. */
  wrap(listener: RequestListener): RequestListener
  wrap(listener: Http2Listener): Http2Listener
  /** Takes over the server's 'request' listeners, now and later. A second call for one server does nothing. */
  attach(server: AnyServer, options?: AttachOptions): void
  /**
   * Answers hits of a server from its sockets (`AttachOptions.fastPath`), whose requests come to this cache past nothing
   * but what `front` speaks for.
   */
  readonly fastPath: FastPath
  /** For Fastify({ serverFactory }), with and without `http2`. */
  serverFactory<S extends AnyServer = Server>(listener: FactoryListener, options?: object): S
  /**
   * Drops stored responses whose path and query match the glob, and keeps those on their way from being stored: in
   * this process at once, in all that share its tag space when the promise resolves.
   * @throws HP_HTTP_PATTERN_INVALID
   */
  purge(pattern: string): Promise<HttpPurge>
  /** What `purge` and `invalidate` would drop from the memory of this process; others, and Redis, may hold more. */
  preview(what: PurgeSelection): PurgePreview
  /**
   * Drops what carries one of these tags, and keeps what is on its way from being stored. It is what `invalidate` of
   * an object cache over the same tag space does, for applications without one.
   * @throws HP_HTTP_TAGS_INVALID
   */
  invalidate(what: { tags: readonly string[] }): Promise<{ acknowledged: boolean }>
  /**
   * Puts other routes in place of those declared, and drops everything that was stored by their word, here and in all
   * that share the tag space.
   * @throws HP_ROUTE_DUPLICATE, and then the old ones stay
   */
  replaceRoutes(routes: readonly Route[]): Promise<HttpPurge>
  /**
   * Turns the caching of one declared route off or on in this process, until it ends. Off: nothing of it is served from
   * here, what was stored is dropped, here and in all that share the tag space, and its answers say `private, no-store`,
   * so that no cache behind keeps them either.
   * @throws HP_ROUTE_UNKNOWN
   */
  turn(pattern: string, isOn: boolean): Promise<HttpPurge>
  /** The routes that were turned off. */
  turnedOff(): readonly string[]
  /** What is known of the GET of a URL (path and query) at a host, in this process. */
  explain(target: { host: string; url: string }): HttpExplanation
  stats(): HttpCacheStats
}

/**
 * Makes the cache of one application.
 * @throws HP_HTTP_ENTRY_BOUND_INVALID, HP_CACHE_BOUND_INVALID, HP_ROUTE_DUPLICATE, HP_BYTES_INVALID, HP_DURATION_INVALID
 */
export function createHttpCache(options: HttpCacheOptions): HttpCache {
  const settings = readSettings(options)
  const { clock } = settings
  let table = createRouteTable(options.routes)
  let declared = new Set(options.routes.map(({ pattern }) => pattern))
  const switches = createRouteSwitches((method, url) => table(method, url))
  const routes: RouteTable = switches.table
  const store = createMemoryStore<StoredResponse>(settings)
  const counters = createCounters()
  const observer = createObserver(counters)
  const fences = createFences(options.tags)
  const responses = createResponses(store, fences)
  const flights = createFlights({
    fences,
    waitMs: settings.collapseMs,
    areShared: options.tags.tier !== null,
  })
  const hitForMiss = createHitForMiss(settings.hitForMissMs)
  const { rules, unavailableMs, maxEntryBytes, maxBytes: maxCollectedBytes } = settings
  const dropTags = (tags: readonly string[]) => void changeTags(options.tags, tags)
  const limits = {
    dialects: settings.dialects,
    dropTags,
    rules,
    unavailableMs,
    maxEntryBytes,
    maxCollectedBytes,
  }
  const seek = seekBeyond(options.tags, { fences, responses, settings })
  const compression = openCompression(settings, responses)
  const compresses = compression !== null
  const forms = compression?.forms ?? null
  const prepares = canPrepare()
  const write = createWriteStored({
    prepares,
    forms,
    compress: (request, response) => compression?.begin(request, response),
  })
  const shared = {
    compression,
    compresses,
    write,
    fences,
    responses,
    flights,
    hitForMiss,
    counters,
    observer,
    clock,
    routes,
    seek,
  }
  const collector = createCollector({ ...shared, ...limits })
  const intercept = createInterceptor(collector)
  const refresh = createRefresh({ ...shared, collector, intercept, timeoutMs: settings.refreshMs })
  const front: Front = {
    retry: (exchange) => serve.retry(exchange),
    use: (exchange, stored) => serve.use(exchange, stored),
    refuse: (exchange) => serve.refuse(exchange),
    isGoodEnough: (facts, stored) => serve.isGoodEnough(facts, stored),
  }
  const miss = createMiss({ ...shared, collector, intercept, front })
  const { ignoreReload, overloaded } = settings
  const seeksBeyond = shared.seek !== null
  const serve: Serve = createServe({
    ...shared,
    miss,
    refresh,
    ignoreReload,
    overloaded,
    unavailableMs,
    seeksBeyond,
  })
  const attached = new WeakSet<AnyServer>()

  const shadow = createShadowMode(settings, { fences, routes, observer })
  shadow.watch(options.routes)

  const isWatched = (request: RequestHead) => shadow.isOn && shadow.takes(request)

  const wrap = settings.enabled
    ? (listener: RequestListener): RequestListener =>
        (request, response) => {
          if (isWatched(request)) shadow.request(listener, request, response)
          else serve.request(listener, request, response)
        }
    : (listener: RequestListener) => observeOnly(listener, routes, observer)

  const fastPath: FastPath =
    settings.enabled && prepares
      ? createFastPath({ responses, observer, clock, ignoreReload, forms, isWatched })
      : () => {}

  async function purge(pattern: string): Promise<HttpPurge> {
    if (typeof pattern !== 'string' || pattern === '') {
      throw httpErrors.HP_HTTP_PATTERN_INVALID({
        given: `a pattern of ${typeof pattern} ${JSON.stringify(pattern)}`,
      })
    }
    const isSent = fences.purge(pattern)
    const dropped = responses.purge(pattern)
    const { acknowledged } = await isSent
    return { dropped, acknowledged }
  }

  return {
    wrap: wrap as HttpCache['wrap'],
    attach(server, given = {}) {
      if (attached.has(server)) return
      attached.add(server)
      interceptRequests(server, wrap)
      if (given.fastPath) fastPath(server)
    },
    fastPath,
    serverFactory: <S extends AnyServer>(listener: FactoryListener, given: FactoryOptions = {}) =>
      createServerLike<S>(wrap(listener), given),
    purge,
    preview: responses.preview,
    explain: (target) => explainUrl(target, { routes, responses, now: clock() }),
    async replaceRoutes(replacing) {
      table = createRouteTable(replacing)
      declared = new Set(replacing.map(({ pattern }) => pattern))
      shadow.watch(replacing)
      return purge('*')
    },
    async turn(pattern, isOn) {
      if (!declared.has(pattern)) throw httpErrors.HP_ROUTE_UNKNOWN({ given: JSON.stringify(pattern) })
      switches.turn(pattern, isOn)
      return isOn ? { dropped: 0, acknowledged: true } : purge(globOf(pattern))
    },
    turnedOff: switches.off,
    async invalidate({ tags }) {
      if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string' && tag !== '')) {
        throw httpErrors.HP_HTTP_TAGS_INVALID({ given: JSON.stringify(tags) })
      }
      const { acknowledged } = await changeTags(options.tags, tags)
      return { acknowledged }
    },
    stats: () => ({
      ...counters,
      entries: store.size(),
      bytes: store.bytes(),
      evictions: store.evictions(),
      shadow: shadow.stats(),
    }),
  }
}

const changeTags = (space: TagSpace, tags: readonly string[]) => space.change(invalidationOf({ tags }))

function openCompression({ compress, enabled }: Settings, { resized }: Responses): Compression | null {
  if (!compress || !enabled) return null
  return createOwnedCompression(compress, {
    resized,
    isKept: (response) => (response as Partial<ExchangeResponse>)[kExchange]?.capture != null,
  })
}

/** The way to what other processes have stored, where the tag space reaches that far. */
function seekBeyond(
  tags: TagSpace,
  { fences, responses, settings }: { fences: Fences; responses: Responses; settings: Settings },
): Seek | null {
  const { tier } = tags
  if (tier === null || !settings.enabled) return null
  const { clock, hitForMissMs, collapseMs: waitMs, serveForMs } = settings
  const shared = createSharedResponses({
    tags,
    tier,
    fences,
    responses,
    clock,
    hitForMissMs,
    compresses: settings.compress !== null,
  })
  const allowanceMs = serveForMs ?? tier.trustMs
  return createSeek({ tags, tier, fences, responses, shared, waitMs, allowanceMs })
}
