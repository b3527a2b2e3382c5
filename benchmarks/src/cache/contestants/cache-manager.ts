import { createKeyv as createRedis } from '@keyv/redis'
import { createCache } from 'cache-manager'
import { createKeyv } from 'cacheable'
import { type Enter, ttlMs } from './contestant.ts'

/** The two stores of its documentation: cacheable's memory over Redis. */
export const cacheManager: Enter = async ({ redisUrl, memoryEntries }) => {
  const memory = createKeyv({ lruSize: memoryEntries, useClone: false })
  const stores = redisUrl === null ? [memory] : [memory, createRedis(redisUrl)]
  const cache = createCache({ stores, ttl: ttlMs })
  return {
    getOrLoad: (key, load) => cache.wrap(key, load),
    set: (key, value) => cache.set(key, value),
    getMany: (keys) => cache.mget(keys),
  }
}
