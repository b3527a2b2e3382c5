import { createCache } from '@hotpath/cache'
import { connectTagSpace } from '@hotpath/cache/redis'
import { type Enter, hourMs, shortMs } from '../contestant.ts'

export const hotpath: Enter = async (redisUrl) => {
  const tags = connectTagSpace({ url: redisUrl, name: 'race' })
  await tags.ready()
  const cache = createCache({ namespace: 'race', tags, ttl: hourMs })
  return {
    read: (key, load, { tags, hardTimeoutMs, window }) =>
      cache.getOrLoad(key, load, {
        ttl: window === 'short' ? shortMs : hourMs,
        staleWhileRevalidate: window === undefined ? 0 : hourMs,
        ...(tags && { tags }),
        ...(hardTimeoutMs !== undefined && { timeout: hardTimeoutMs }),
      }),
    delete: (key) => cache.delete(key),
    expire: (key) => cache.expire({ keys: [key] }),
    invalidateTag: (tag) => cache.invalidate({ tags: [tag] }),
  }
}
