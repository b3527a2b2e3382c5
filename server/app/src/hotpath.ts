import type { Server } from 'node:http'
import type { Cache, CacheOptions, WarmTask } from '@hotpath/cache'
import type { Duration, Overview, Route, Target } from '@hotpath/core'
import type { AnyServer, FactoryListener } from '@hotpath/http'
import type { Drained, DrainOptions, VersionUse } from '@hotpath/http/api'
import type { TraceOptions } from '@hotpath/monitor'
import type { Database } from '@hotpath/postgres'
import type { QueryCache } from '@hotpath/postgres/query-cache'
import type { QueryRouting, RoutedPool } from '@hotpath/postgres/router'
import type { AlertOptions } from './alerts.ts'
import type { ApiOptions } from './api-stages.ts'
import type { CachesStats } from './caches.ts'
import type { Environment } from './environment.ts'
import type { LimitsOptions } from './limits.ts'
import type { OwnDatabaseOptions } from './open-database.ts'
import type { Purge } from './purge-request.ts'
import type { OwnQueryCacheOptions } from './query-cache.ts'
import type { ReplicasOptions } from './replicas.ts'
import type { PageVitals } from './rum-path.ts'

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
  /** Pool, deadlines and what is kept of statements. @default as openDatabase has it */
  database?: OwnDatabaseOptions
  /** How the servers of DATABASE_REPLICA_URLS are used. @default as createRouter has it, the session in a cookie */
  replicas?: ReplicasOptions
  /** How often it is looked for what would save the most time; besides, when an alert begins to fire. @default every minute */
  fixes?: { every?: Duration }
  /** When alerts fire, and where they go. @default the log, HOTPATH_WEBHOOK_URL and the console */
  alerts?: AlertOptions
  /** The pages whose browsers report what visitors experience, by `reportVitals`. @default no report is taken in */
  vitals?: PageVitals
  /** Which requests are followed and kept for the console; false follows none. @default the slow, the failed, one in a hundred */
  traces?: TraceOptions | false
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
  /**
   * For libraries that take a pg.Pool (Kysely): reads of routes that say `replica: true` are answered by replicas, if
   * there are any. Everything else, and all of `database`, is the primary's.
   */
  readonly pool: RoutedPool
  /** Does a part of the work with other reads: `hotpath.reads({ replica: true }, () => report(db))`. */
  reads<T>(routing: QueryRouting, work: () => T): T
  /** Where this application's embedded data lives. */
  readonly folder: string
  /**
   * A cache of another namespace over the same tags, for objects that want other defaults.
   * @throws HP_NAMESPACE_TAKEN, and what createCache of @hotpath/cache throws
   */
  createCache(options: Omit<CacheOptions, 'tags' | 'enabled'>): Cache
  /**
   * Results of statements, kept until a write concerns their tables; over the same tags, in the namespace `queries`.
   * Once for an application, when its tables are there.
   * @throws HP_NAMESPACE_TAKEN, and what createQueryCache of @hotpath/postgres throws
   */
  createQueryCache(options?: OwnQueryCacheOptions): Promise<QueryCache>
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
