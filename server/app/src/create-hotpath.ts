import type { Server } from 'node:http'
import path from 'node:path'
import type { Cache, CacheOptions, WarmTask } from '@hotpath/cache'
import { consoleBuilt, consoleFiles } from '@hotpath/console'
import type { Overview, Route, Target } from '@hotpath/core'
import {
  type AnyServer,
  createServerLike,
  describeRoute,
  type HttpCache,
  type FactoryListener,
  interceptRequests,
} from '@hotpath/http'
import { createDrain, type Drained, type DrainOptions, type VersionUse } from '@hotpath/http/api'
import { createMonitor } from '@hotpath/monitor'
import { openDatabase, type Database } from '@hotpath/postgres'
import { type ApiOptions, openApiStages } from './api-stages.ts'
import { type CachesStats, openCaches } from './caches.ts'
import { openCdns } from './cdn.ts'
import { serveConsole } from './console-files.ts'
import { type Environment, readEnvironment } from './environment.ts'
import { type LimitsOptions, openLimits } from './limits.ts'
import { ownPaths } from './own-paths.ts'
import { pipeline } from './pipeline.ts'
import type { Purge } from './purge-request.ts'
import { openSignalledLog } from './signalled-log.ts'

export interface HotpathOptions {
  /** Names the data folder and the console. */
  name: string
  routes: readonly Route[]
  /** The application's published targets, watched live. @default none */
  targets?: readonly Target[]
  /** What `hotpath cache warm` loads before anybody asks for it; called once. @default none */
  warm?: (layer: Pick<Hotpath, 'cache' | 'database'>) => readonly WarmTask[]
  /** Security headers, versions, batches. @default security headers alone */
  api?: ApiOptions
  /** Rates, concurrency, time-outs and sizes. @default what the routes say, and a bound on overload */
  limits?: LimitsOptions
  /** How the process leaves service. @default HOTPATH_DRAIN */
  drain?: DrainOptions
  /** @default process.env */
  environment?: Environment
}

/** The layer, composed: connections open, stages in order. */
export interface Hotpath {
  /** False with HOTPATH=off: nothing is cached. What the API promises, and measuring, goes on. */
  readonly enabled: boolean
  /** The objects of the application, in the namespace of its name. */
  readonly cache: Cache
  readonly database: Database
  /** Where this application's embedded data lives. */
  readonly folder: string
  /**
   * A cache of another namespace over the same tags, for objects that want other defaults.
   * @throws HP_NAMESPACE_TAKEN, and what createCache of @hotpath/cache throws
   */
  createCache(options: Omit<CacheOptions, 'tags' | 'enabled'>): Cache
  /**
   * Hard: what depends on these tags, or matches the pattern (object keys and URL paths), is not served again, in this
   * process at once and in all others when the promise resolves. Not acknowledged: the others hear of it as soon as
   * Redis is back, before anything that Redis holds is trusted again.
   */
  invalidate(what: Purge): Promise<{ acknowledged: boolean }>
  /** For `Fastify({ serverFactory })`. */
  serverFactory<S extends AnyServer = Server>(listener: FactoryListener, options?: object): S
  /** Puts the layer before whatever listens to the server's requests, now or later. */
  attach(server: AnyServer): void
  /** What an application's own administration page shows. */
  snapshot(): Snapshot
  /**
   * Takes all its servers out of service: /ready says no, requests are still taken in while load balancers notice, then
   * the servers close and what is in flight ends. Call it at SIGTERM, before anything is closed. It never rejects.
   */
  drain(): Promise<Drained>
  /** Aborts when the drain begins: the moment to end event streams and WebSockets. */
  readonly draining: AbortSignal
  /** Closes what was opened. Drain, or close the server, first. */
  close(): Promise<void>
}

export interface Snapshot {
  api: Pick<Overview, 'verdict' | 'tiles' | 'routes'>
  cache: CachesStats
  /** Who uses which version of the API, and what comes to an end; the most used first. */
  versions: readonly VersionUse[]
}

/**
 * Reads the environment, opens the database, and puts every part in its place. HOTPATH=off builds the same
 * application without the layer: that is what every claim of a gain is measured against.
 * @throws HP_ENVIRONMENT_INVALID and what opening the database throws
 */
export async function createHotpath(options: HotpathOptions): Promise<Hotpath> {
  const { name, routes, targets = [] } = options
  const settings = readEnvironment(options.environment ?? process.env, name)
  const enabled = settings.layer === 'on'
  const cdns = openCdns(options.environment ?? process.env)
  const log = settings.accessLog ? await openSignalledLog(settings.accessLog) : null
  const database = await openDatabase(
    settings.databaseUrl === null
      ? { folder: path.join(settings.folder, 'database') }
      : { url: settings.databaseUrl },
  )
  const drain = createDrain({
    ...(settings.drainFor !== null && { propagation: settings.drainFor }),
    ...options.drain,
  })
  const worker = { pid: process.pid, number: settings.workerNumber }
  const { redisUrl, proxies, runSecret } = settings
  const api = openApiStages(options.api ?? {}, routes)
  const limits = openLimits({
    limits: { ...(proxies && { proxies }), ...options.limits },
    routes,
    name,
    redisUrl,
    runSecret: runSecret ?? undefined,
  })
  const caches = await openCaches({
    name,
    routes,
    redisUrl,
    enabled,
    worker,
    cdns,
    http: { overloaded: limits.overloaded, mode: settings.cacheMode },
  }).catch(async (error) => {
    api.close()
    limits.close()
    await database.close()
    throw error
  })
  caches.declareWarm(options.warm?.({ cache: caches.objects, database }) ?? [])
  const monitor = createMonitor({
    app: name,
    layer: settings.layer,
    routes,
    targets,
    sources: {
      database: database.kind,
      poolWaiting: () => database.waiting(),
      caches: () => caches.stats().objects,
      httpCache: () => caches.http.stats(),
      ready: { database: async () => void (await database.query('select 1')) },
    },
  })
  const stage = pipeline({
    ...api.stages,
    drain: drain.stage,
    ...limits.stages,
    ownPaths: ownPaths({
      monitor,
      token: settings.token,
      consoleFiles: serveConsole(consoleBuilt() ? consoleFiles() : null),
      caches: caches.controls,
      routes: () => describeRoutes(routes, caches.http),
      dispensable: caches.health,
      drain,
    }),
    httpCache: (next) => caches.http.wrap(next),
  })

  return {
    enabled,
    cache: caches.objects,
    database,
    folder: settings.folder,
    createCache: caches.open,
    invalidate: caches.invalidate,
    serverFactory<S extends AnyServer>(listener: FactoryListener, given: object = {}) {
      const server = createServerLike<S>(stage(listener), given)
      drain.add(server)
      return server
    },
    attach(server) {
      drain.add(server)
      interceptRequests(server, stage)
    },
    drain: () => drain.begin(),
    draining: drain.signal,
    snapshot() {
      const { verdict, tiles, routes: rows } = monitor.overview()
      return { api: { verdict, tiles, routes: rows }, cache: caches.stats(), versions: api.versionUses() }
    },
    async close() {
      monitor.close()
      api.close()
      limits.close()
      await caches.close()
      await database.close()
      await log?.close()
    },
  }
}

/** What `/_hotpath/api/routes` shows. */
function describeRoutes(routes: readonly Route[], { turnedOff }: HttpCache) {
  const off = new Set(turnedOff())
  return routes.map((route) => ({ ...describeRoute(route), cache: off.has(route.pattern) ? 'off' : 'on' }))
}
