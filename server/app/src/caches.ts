import {
  type Cache,
  type CacheOptions,
  type CacheStats,
  createCache,
  createTagSpace,
  createWarmer,
  type Warmer,
  type WarmTask,
} from '@hotpath/cache'
import type { PurgePreview, Route, WarmOutcome, WarmStep, Worker } from '@hotpath/core'
import { createHttpCache, type HttpCache, type HttpCacheOptions, type HttpCacheStats } from '@hotpath/http'
import type { Cdns, CdnStats } from './cdn.ts'
import type { CacheControls, WarmWatch } from './cache-paths.ts'
import { appErrors } from './errors.ts'
import type { Purge } from './purge-request.ts'
import { openRouteTurns } from './route-turns.ts'
import type { WarmRequest } from './warm-request.ts'

export interface CachesOptions {
  /** The application: names its object cache, and everything it has in Redis. */
  name: string
  routes: readonly Route[]
  /** Null keeps everything in this process. */
  redisUrl: string | null
  /** False caches nothing. */
  enabled: boolean
  worker: Worker
  /** How the HTTP cache is to be, beside its defaults. */
  http?: Omit<HttpCacheOptions, 'tags' | 'routes' | 'enabled'>
  /** What each cache is before anybody has it. @default as it was made */
  finish?: (cache: Cache) => Cache
  /** What stands in front of the application; it is told what was invalidated. @default none */
  cdns?: Cdns | null
}

/** The caches of one application over one tag space. */
export interface Caches {
  /** The application's own, in the namespace of its name. */
  readonly objects: Cache
  readonly http: HttpCache
  /** Another namespace. @throws HP_NAMESPACE_TAKEN, and what createCache throws */
  open(options: Omit<CacheOptions, 'tags' | 'enabled'>): Cache
  declareWarm(tasks: readonly WarmTask[]): void
  /** Everywhere; resolves to false where the other processes hear of it only when Redis is back. */
  invalidate(what: Purge): Promise<{ acknowledged: boolean }>
  stats(): CachesStats
  readonly controls: CacheControls
  /** What is wrong with what the caches can do without; `ok` where nothing is. */
  health(): Promise<Record<string, string>>
  close(): Promise<void>
}

export interface CachesStats {
  http: HttpCacheStats
  /** One for each namespace, the application's own first. */
  objects: CacheStats[]
  /** One for each CDN in front. */
  cdns: CdnStats[]
  /** The routes whose cache was turned off. */
  off: readonly string[]
}

export async function openCaches(options: CachesOptions): Promise<Caches> {
  const { name, routes, enabled, worker, cdns = null, finish = (cache: Cache) => cache } = options
  const tags = await openTags(options)
  const all = new Map<string, Cache>()
  const warmer = createWarmer()

  function open(given: Omit<CacheOptions, 'tags' | 'enabled'>): Cache {
    const { namespace } = given
    if (all.has(namespace)) throw appErrors.HP_NAMESPACE_TAKEN({ namespace })
    const cache = finish(createCache({ ...given, tags, enabled }))
    all.set(namespace, cache)
    return cache
  }

  const objects = open({ namespace: name })
  const http = createHttpCache({
    ...options.http,
    ...(cdns && { cdnDialects: cdns.dialects }),
    tags,
    routes,
    enabled,
  })
  const stats = (): CachesStats => ({
    http: http.stats(),
    objects: Array.from(all.values(), (cache) => cache.stats()),
    cdns: cdns?.stats() ?? [],
    off: http.turnedOff(),
  })
  const turns = await openRouteTurns({ http, name, redisUrl: enabled ? options.redisUrl : null })

  async function invalidate({ tags: named, pattern }: Purge): Promise<{ acknowledged: boolean }> {
    const receipts: Promise<{ acknowledged: boolean }>[] = []
    if (named !== undefined) receipts.push(objects.invalidate({ tags: named }))
    if (pattern !== undefined) {
      receipts.push(http.purge(pattern))
      for (const cache of all.values()) receipts.push(cache.invalidate({ pattern }))
    }
    const acknowledged = (await Promise.all(receipts)).every(({ acknowledged }) => acknowledged)
    // Only now: what a CDN fetches anew must not come from a process that has not heard of it.
    cdns?.purge({ ...(named !== undefined && { tags: named }), ...(pattern !== undefined && { pattern }) })
    return { acknowledged }
  }

  return {
    objects,
    http,
    open,
    invalidate,
    stats,
    declareWarm(tasks) {
      for (const task of tasks) warmer.declare(task)
    },
    controls: {
      worker,
      stats,
      purge: invalidate,
      preview: (what) => ({ http: http.preview(what), objects: previewObjects([...all.values()], what) }),
      tasks: () => warmer.names(),
      warm: (what, watch) => runWarm(warmer, what, watch),
      explain: (key, namespace = name) => all.get(namespace)?.explain(key),
      namespaces: () => [...all.keys()],
      explainUrl: http.explain,
      turn: turns.turn,
      off: http.turnedOff,
    },
    async health() {
      if (tags.tier === null) return {}
      return {
        redis: await tags.ready().then(
          () => 'ok',
          (error: Error) => `down: ${error.message}`,
        ),
      }
    },
    async close() {
      await cdns?.close()
      turns.close()
      await tags.close()
    },
  }
}

/** Tags are those of all namespaces, and a pattern is held against the keys of each. */
function previewObjects(caches: readonly Cache[], what: Purge): PurgePreview['objects'] {
  return caches
    .map((cache) => ({ namespace: cache.stats().namespace, ...cache.preview(what) }))
    .filter(({ count }) => count > 0)
}

async function runWarm(
  warmer: Warmer,
  what: WarmRequest,
  { signal, onProgress }: WarmWatch,
): Promise<Omit<WarmOutcome, 'worker'>> {
  const steps = new Map<string, WarmStep>()
  const { failures, aborted } = await warmer.run({
    ...what,
    signal,
    onProgress({ total = null, ...progress }) {
      const step = { ...progress, total }
      steps.set(step.name, step)
      onProgress(step)
    },
  })
  const errors = failures.map(({ name, key, reason }) => `${name}${key === null ? '' : ` ${key}`}: ${reason}`)
  return { tasks: [...steps.values()], errors, aborted }
}

/** The client of Redis is loaded only where there is one. */
async function openTags({ name, redisUrl, enabled }: CachesOptions) {
  if (redisUrl === null || !enabled) return createTagSpace()
  const { connectTagSpace } = await import('@hotpath/cache/redis')
  return connectTagSpace({ url: redisUrl, name })
}
