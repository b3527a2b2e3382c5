import { createMemoryStore } from '@hotpath/cache'
import type { RequestListener, Server } from 'node:http'
import { type Counters, createCounters } from './counters.ts'
import { createCurrentRoutes } from './current-routes.ts'
import { createFastPath, type FastPath } from './fast-path/fast-path.ts'
import { createFences } from './fences.ts'
import { createObserver } from './observe.ts'
import { observeOnly } from './observe-only.ts'
import { createOperations, type HttpOperations } from './operations.ts'
import { type HttpCacheOptions, readSettings } from './options.ts'
import type { RequestHead } from './request-head.ts'
import { createRequestPath } from './request-path.ts'
import { createResponses } from './responses.ts'
import {
  type AnyServer,
  type FactoryListener,
  type FactoryOptions,
  type Http2Listener,
  createServerLike,
  interceptRequests,
} from './servers.ts'
import { createShadowMode } from './shadow/shadow-mode.ts'
import type { ShadowStats } from './shadow/shadow.ts'
import type { StoredResponse } from './stored-response.ts'

/** What a cache holds and did, since it was made. */
export interface HttpCacheStats extends Counters {
  /** URLs stored. */
  entries: number
  bytes: number
  evictions: number
  /** What the routes in shadow mode would have done; null where there are none. */
  shadow: ShadowStats | null
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
export interface HttpCache extends HttpOperations {
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
  stats(): HttpCacheStats
}

/**
 * Makes the cache of one application.
 * @throws HP_HTTP_ENTRY_BOUND_INVALID, HP_CACHE_BOUND_INVALID, HP_ROUTE_DUPLICATE, HP_BYTES_INVALID, HP_DURATION_INVALID
 */
export function createHttpCache(options: HttpCacheOptions): HttpCache {
  const settings = readSettings(options)
  const { tags } = options
  const { clock, ignoreReload, enabled } = settings
  const routes = createCurrentRoutes(options.routes)
  const store = createMemoryStore<StoredResponse>(settings)
  const counters = createCounters()
  const observer = createObserver(counters)
  const fences = createFences(tags)
  const responses = createResponses(store, fences)
  const parts = { tags, settings, routes: routes.table, fences, responses, counters, observer }
  const { request: serve, forms, prepares } = createRequestPath(parts)
  const shadow = createShadowMode(settings, parts)
  shadow.watch(options.routes)
  const isWatched = (request: RequestHead) => shadow.isOn && shadow.takes(request)

  const caching =
    (listener: RequestListener): RequestListener =>
    (request, response) => {
      if (isWatched(request)) shadow.request(listener, request, response)
      else serve(listener, request, response)
    }
  const wrap = enabled
    ? caching
    : (listener: RequestListener) => observeOnly(listener, routes.table, observer)

  const fastPath: FastPath =
    enabled && prepares
      ? createFastPath({ responses, observer, clock, ignoreReload, forms, isWatched })
      : () => {}
  const attached = new WeakSet<AnyServer>()

  return {
    ...createOperations({ tags, fences, responses, routes, shadow, clock }),
    wrap: wrap as HttpCache['wrap'],
    attach(server, given = {}) {
      if (attached.has(server)) return
      attached.add(server)
      interceptRequests(server, wrap)
      if (given.fastPath) fastPath(server)
    },
    fastPath,
    serverFactory<S extends AnyServer>(listener: FactoryListener, given: FactoryOptions = {}) {
      const server = createServerLike<S>(listener, given)
      interceptRequests(server, wrap)
      return server
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
