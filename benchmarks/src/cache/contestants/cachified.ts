import { type Cache, type CacheEntry, cachified as read, totalTtl } from '@epic-web/cachified'
import { LRUCache } from 'lru-cache'
import { createClient } from 'redis'
import { type Enter, ttlMs } from './contestant.ts'

/** One store: lru-cache as in its documentation, or Redis as its adapter for `redis` does it. */
export const cachified: Enter = async ({ redisUrl, memoryEntries }) => {
  const cache = redisUrl === null ? inMemory(memoryEntries) : await inRedis(redisUrl)
  return {
    getOrLoad: (key, load) => read({ key, cache, ttl: ttlMs, getFreshValue: load }),
    set: async (key, value) =>
      cache.set(key, { value, metadata: { createdTime: Date.now(), ttl: ttlMs, swr: 0 } }),
  }
}

function inMemory(max: number): Cache {
  const lru = new LRUCache<string, CacheEntry>({ max })
  return {
    set: (key, entry) => lru.set(key, entry, { ttl: totalTtl(entry.metadata) }),
    get: (key) => lru.get(key),
    delete: (key) => lru.delete(key),
  }
}

async function inRedis(url: string): Promise<Cache> {
  const client = await createClient({ url }).connect()
  return {
    set: (key, entry) => client.set(key, JSON.stringify(entry), { PX: totalTtl(entry.metadata) }),
    async get(key) {
      const text = await client.get(key)
      return text === null ? null : (JSON.parse(text) as CacheEntry)
    },
    delete: (key) => client.del(key),
  }
}
