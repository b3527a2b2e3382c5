import { createMemoryStore } from '@hotpath/cache'
import type { RequestListener, Server } from 'node:http'
import { createCollector } from './collector.ts'
import { countBytes } from './count-bytes.ts'
import { type Counters, createCounters } from './counters.ts'
import { httpErrors } from './errors.ts'
import { type ExchangeResponse, createExchange, kExchange } from './exchange.ts'
import { createFences } from './fences.ts'
import { createFlights } from './flights.ts'
import { createHitForMiss } from './hit-for-miss.ts'
import { createInterceptor } from './intercept.ts'
import { createMiss } from './miss.ts'
import { type Observer, createObserver, startOfRequest } from './observe.ts'
import { type HttpCacheOptions, readSettings } from './options.ts'
import { canPrepare } from './prepared-writer.ts'
import { createRefresh } from './refresh.ts'
import { type StoredUrl, createResponses } from './responses.ts'
import { type RouteTable, createRouteTable } from './route-table.ts'
import { type Serve, createServe } from './serve.ts'
import { type FactoryOptions, createServerLike, interceptRequests } from './servers.ts'

/** What a cache holds and did, since it was made. */
export interface HttpCacheStats extends Counters {
  /** URLs stored. */
  entries: number
  bytes: number
  evictions: number
}

/** A shared HTTP cache (RFC 9111) in front of one application. */
export interface HttpCache {
  /** Puts the cache before a framework's listener. */
  wrap(listener: RequestListener): RequestListener
  /** Takes over the server's 'request' listeners, now and later. A second call for one server does nothing. */
  attach(server: Server): void
  /**
   * For Fastify({ serverFactory }).
   * @throws HP_HTTP_PROTOCOL_UNSUPPORTED for HTTP/2
   */
  serverFactory(listener: RequestListener, options?: object): Server
  /**
   * Drops stored responses whose path and query match the glob, and keeps those on their way from being stored.
   * Returns how many were dropped.
   * @throws HP_HTTP_PATTERN_INVALID
   */
  purge(pattern: string): number
  stats(): HttpCacheStats
}

/**
 * Makes the cache of one application.
 * @throws HP_HTTP_ENTRY_BOUND_INVALID, HP_CACHE_BOUND_INVALID, HP_ROUTE_DUPLICATE, HP_BYTES_INVALID, HP_DURATION_INVALID
 */
export function createHttpCache(options: HttpCacheOptions): HttpCache {
  const settings = readSettings(options)
  const { clock } = settings
  const routes = createRouteTable(options.routes)
  const store = createMemoryStore<StoredUrl>(settings)
  const counters = createCounters()
  const observer = createObserver(counters)
  const fences = createFences(options.tags)
  const responses = createResponses(store, fences)
  const flights = createFlights({ fences, waitMs: settings.collapseMs })
  const hitForMiss = createHitForMiss(settings.hitForMissMs)
  const limits = { maxEntryBytes: settings.maxEntryBytes, maxCollectedBytes: settings.maxBytes }
  const shared = { fences, responses, flights, hitForMiss, counters, observer, clock, routes }
  const collector = createCollector({ ...shared, ...limits })
  const intercept = createInterceptor(collector)
  const refresh = createRefresh({ ...shared, collector, intercept, timeoutMs: settings.refreshMs })
  const miss = createMiss({ ...shared, collector, intercept, retry: (exchange) => serve.retry(exchange) })
  const { ignoreReload } = settings
  const serve: Serve = createServe({ ...shared, miss, refresh, ignoreReload, prepares: canPrepare() })
  const attached = new WeakSet<Server>()

  const wrap = settings.enabled
    ? (listener: RequestListener): RequestListener =>
        (request, response) =>
          serve.request(listener, request, response)
    : (listener: RequestListener) => observeOnly(listener, routes, observer)

  return {
    wrap,
    attach(server) {
      if (attached.has(server)) return
      attached.add(server)
      interceptRequests(server, wrap)
    },
    serverFactory: (listener, given: FactoryOptions = {}) => createServerLike(wrap(listener), given),
    purge(pattern) {
      if (typeof pattern !== 'string' || pattern === '') {
        throw httpErrors.HP_HTTP_PATTERN_INVALID({
          given: `a pattern of ${typeof pattern} ${JSON.stringify(pattern)}`,
        })
      }
      fences.purge(pattern)
      return responses.purge(pattern)
    },
    stats: () => ({
      ...counters,
      entries: store.size(),
      bytes: store.bytes(),
      evictions: store.evictions(),
    }),
  }
}

/** The cache turned off: requests are counted as with it, and nothing else. */
function observeOnly(listener: RequestListener, routes: RouteTable, observer: Observer): RequestListener {
  function closed(this: ExchangeResponse): void {
    observer.closed(this[kExchange])
  }

  return (request, response) => {
    const startedAt = startOfRequest()
    if (startedAt !== 0 && !(kExchange in response)) {
      const { label, policy, tags } = routes(request.method ?? 'GET', request.url ?? '')
      const given = { request, response, listener, startedAt, key: undefined, facts: undefined }
      const exchange = createExchange({ ...given, route: label, policy, tags })
      exchange.outcome = 'off'
      countBytes(exchange.response)
      exchange.response.once('close', closed)
    }
    listener(request, response)
  }
}
