import { createKeyv as createRedis } from '@keyv/redis'
import { createCache } from 'cache-manager'
import { createKeyv } from 'cacheable'
import { type Enter, hourMs } from '../contestant.ts'

/** A value with less left to live than this is refreshed in the background. */
const refreshBelowMs = 10_000

/** The two stores of its documentation; it has no bus. */
export const cacheManager: Enter = async (redisUrl) => {
  const cache = createCache({ stores: [createKeyv(), createRedis(redisUrl)], ttl: hourMs })
  return {
    read(key, load, { window }) {
      if (window === undefined) return cache.wrap(key, load)
      if (window === 'short') return cache.wrap(key, load, refreshBelowMs)
      return cache.wrap(key, load, hourMs, refreshBelowMs)
    },
    delete: (key) => cache.del(key),
  }
}
