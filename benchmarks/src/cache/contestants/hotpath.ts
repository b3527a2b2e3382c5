import { createCache, createTagSpace } from '@hotpath/cache'
import { connectTagSpace } from '@hotpath/cache/redis'
import { type Enter, ttlMs } from './contestant.ts'

export const hotpath: Enter = async ({ redisUrl, memoryEntries }) => {
  const fleet = redisUrl === null ? undefined : connectTagSpace({ url: redisUrl, name: 'bench' })
  await fleet?.ready()
  const tags = fleet ?? createTagSpace()
  const cache = createCache({
    namespace: 'bench',
    tags,
    ttl: ttlMs,
    maxEntries: memoryEntries,
    maxBytes: '8GiB',
  })
  return {
    getOrLoad: (key, load) => cache.getOrLoad(key, load),
    set: (key, value, named) => cache.set(key, value, named === undefined ? {} : { tags: named }),
    getMany: (keys) => cache.getMany(keys),
    invalidateTag: (tag) => cache.invalidate({ tags: [tag] }),
    peek: (key) => cache.peek(key),
  }
}
