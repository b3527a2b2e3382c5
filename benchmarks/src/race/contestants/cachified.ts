import { type Cache, type CacheEntry, cachified as read, softPurge, totalTtl } from '@epic-web/cachified'
import { createClient } from 'redis'
import { type Enter, hourMs, shortMs } from '../contestant.ts'

/** One store, Redis, as its adapter for `redis` does it: shared by all processes, no memory of their own. */
export const cachified: Enter = async (redisUrl) => {
  const client = await createClient({ url: redisUrl }).connect()
  const cache: Cache = {
    set: (key, entry) => client.set(key, JSON.stringify(entry), { PX: totalTtl(entry.metadata) }),
    async get(key) {
      const text = await client.get(key)
      return text === null ? null : (JSON.parse(text) as CacheEntry)
    },
    delete: (key) => client.del(key),
  }
  return {
    read: (key, load, { window }) =>
      read({
        key,
        cache,
        ttl: window === 'short' ? shortMs : hourMs,
        swr: window === undefined ? 0 : hourMs,
        getFreshValue: load,
      }),
    delete: (key) => client.del(key),
    expire: (key) => softPurge({ cache, key }),
  }
}
