import { type Cache, createCache, type TagSpace } from '@hotpath/cache'
import { connectTagSpace, openTagSpace } from '@hotpath/cache/redis'
import { connectRedis } from '../../src/redis/connect-redis.ts'
import { breakPort } from './broken-port.ts'
import { caches, commandTimeoutMs, loadTimeoutMs, serveForMs } from './data.ts'
import type { WorkerPlan } from './messages.ts'

/** The process' tag space and its caches, each of another kind. */
export function connect(plan: WorkerPlan): { tags: TagSpace; caches: Cache[] } {
  const tags = open(plan)
  return {
    tags,
    caches: caches.map(({ namespace, redisDown }) =>
      createCache({
        namespace,
        tags,
        redisDown,
        serveFor: serveForMs,
        ttl: 3_000,
        staleWhileRevalidate: 2_000,
        staleIfError: 5_000,
        earlyRefresh: 0.1,
        jitter: 0.1,
        timeout: loadTimeoutMs,
        compressOver: '4KiB',
        maxEntries: 120,
      }),
    ),
  }
}

function open({ url, app, broken }: WorkerPlan): TagSpace {
  if (broken === undefined) return connectTagSpace({ url, name: app, commandTimeout: commandTimeoutMs })
  const port = connectRedis({ url, commandTimeout: commandTimeoutMs })
  return openTagSpace({ port: breakPort(port, broken), name: app })
}
