import { BentoCache, bentostore } from 'bentocache'
import { memoryDriver } from 'bentocache/drivers/memory'
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis'
import { type Enter, hourMs, shortMs } from '../contestant.ts'

/** Memory, Redis and bus. */
export const bentocache: Enter = async (redisUrl) => {
  const { hostname: host, port } = new URL(redisUrl)
  const connection = { host, port: Number(port) }
  const store = bentostore()
    .useL1Layer(memoryDriver({ maxItems: 10_000 }))
    .useL2Layer(redisDriver({ connection }))
    .useBus(redisBusDriver({ connection }))
  const bento = new BentoCache({ default: 'race', ttl: hourMs, stores: { race: store } })
  return {
    read: (key, factory, { tags, hardTimeoutMs, window }) =>
      bento.getOrSet({
        key,
        factory,
        ...(tags && { tags }),
        ...(hardTimeoutMs !== undefined && { hardTimeout: hardTimeoutMs }),
        ...(window && { ttl: window === 'short' ? shortMs : hourMs, grace: hourMs, timeout: 0 }),
      }),
    delete: (key) => bento.delete({ key }),
    expire: (key) => bento.expire({ key }),
    invalidateTag: (tag) => bento.deleteByTag({ tags: [tag] }),
  }
}
