import { createKeyv as createRedis } from '@keyv/redis'
import { Cacheable } from 'cacheable'
import { type Enter, hourMs } from '../contestant.ts'
import { createMessages } from './redis-messages.ts'

/** Memory, Redis and CacheSync, tags on. */
export const cacheable: Enter = async (redisUrl) => {
  const cache = new Cacheable({
    secondary: createRedis(redisUrl),
    ttl: hourMs,
    tags: true,
    sync: { qified: await createMessages(redisUrl) },
  })
  return {
    async read(key, load, { tags }) {
      if (tags === undefined) return cache.getOrSet(key, load)
      // getOrSet takes no tags; `set` does.
      const known = await cache.get<string>(key)
      if (known !== undefined) return known
      const value = await load()
      await cache.set(key, value, { tags })
      return value
    },
    delete: (key) => cache.delete(key),
    invalidateTag: (tag) => cache.tags.invalidateTag(tag),
  }
}
