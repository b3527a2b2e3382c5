import type { RequestListener, Server } from 'node:http'
import path from 'node:path'
import { createCache, createTagSpace, type Cache } from '@hotpath/cache'
import { consoleBuilt, consoleFiles } from '@hotpath/console'
import type { Overview, Route, Target } from '@hotpath/core'
import {
  createHttpCache,
  createServerLike,
  describeRoute,
  type HttpCacheStats,
  interceptRequests,
} from '@hotpath/http'
import { createMonitor } from '@hotpath/monitor'
import { openDatabase, type Database } from '@hotpath/postgres'
import { serveConsole } from './console-files.ts'
import { type Environment, readEnvironment } from './environment.ts'
import { ownPaths } from './own-paths.ts'
import { pipeline } from './pipeline.ts'
import type { Purge } from './purge-request.ts'

export interface HotpathOptions {
  /** Names the data folder and the console. */
  name: string
  routes: readonly Route[]
  /** The application's published targets, watched live. @default none */
  targets?: readonly Target[]
  /** @default process.env */
  environment?: Environment
}

/** The layer, composed: connections open, stages in order. */
export interface Hotpath {
  /** False with HOTPATH=off: nothing is cached and no header is added; measuring goes on. */
  readonly enabled: boolean
  readonly cache: Cache
  readonly database: Database
  /** Where this application's embedded data lives. */
  readonly folder: string
  /** Hard: what depends on these tags, or matches the pattern (object keys and URL paths), is not served again. */
  invalidate(what: Purge): Promise<void>
  /** For `Fastify({ serverFactory })`. */
  serverFactory(listener: RequestListener, options?: object): Server
  /** Puts the layer before whatever listens to the server's requests, now or later. */
  attach(server: Server): void
  /** What an application's own administration page shows. */
  snapshot(): Snapshot
  /** Closes what was opened. Close the server first. */
  close(): Promise<void>
}

export interface Snapshot {
  api: Pick<Overview, 'verdict' | 'tiles' | 'routes'>
  cache: { http: HttpCacheStats; objects: ReturnType<Cache['stats']> }
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
  const database = await openDatabase(
    settings.databaseUrl === null
      ? { folder: path.join(settings.folder, 'database') }
      : { url: settings.databaseUrl },
  )
  const tags = createTagSpace()
  const cache = createCache({ namespace: name, tags, enabled })
  const httpCache = createHttpCache({ tags, routes, enabled })
  const monitor = createMonitor({
    app: name,
    layer: settings.layer,
    routes,
    targets,
    sources: {
      database: database.kind,
      poolWaiting: () => database.waiting(),
      caches: () => [cache.stats()],
      httpCache: () => httpCache.stats(),
      ready: { database: async () => void (await database.query('select 1')) },
    },
  })
  const invalidate = async ({ tags: named = [], pattern }: Purge): Promise<void> => {
    await cache.invalidate({ tags: named, ...(pattern !== undefined && { pattern }) })
    if (pattern !== undefined) httpCache.purge(pattern)
  }
  const cacheStats = () => ({ http: httpCache.stats(), objects: cache.stats() })
  const stage = pipeline({
    ownPaths: ownPaths({
      monitor,
      token: settings.token,
      consoleFiles: serveConsole(consoleBuilt() ? consoleFiles() : null),
      cacheStats,
      routes: () => routes.map(describeRoute),
      purge: invalidate,
    }),
    httpCache: (next) => httpCache.wrap(next),
  })

  return {
    enabled,
    cache,
    database,
    folder: settings.folder,
    invalidate,
    serverFactory: (listener, given = {}) => createServerLike(stage(listener), given),
    attach: (server) => interceptRequests(server, stage),
    snapshot() {
      const { verdict, tiles, routes: rows } = monitor.overview()
      return { api: { verdict, tiles, routes: rows }, cache: cacheStats() }
    },
    async close() {
      monitor.close()
      await database.close()
    },
  }
}
