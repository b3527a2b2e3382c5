import { BentoCache, bentostore } from 'bentocache'
import { memoryDriver } from 'bentocache/drivers/memory'
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis'
import { type Enter, ttlMs } from './contestant.ts'

/**
 * Memory, Redis and bus as it recommends. Memory alone does without serialising, the faster choice of its
 * documentation; with a bus 1.6.1 then fails when another process writes.
 */
export const bentocache: Enter = async ({ redisUrl, memoryEntries }) => {
  const store = bentostore().useL1Layer(
    memoryDriver({ maxItems: memoryEntries, serialize: redisUrl !== null }),
  )
  if (redisUrl !== null) {
    const { hostname: host, port } = new URL(redisUrl)
    const connection = { host, port: Number(port) }
    store.useL2Layer(redisDriver({ connection })).useBus(redisBusDriver({ connection }))
  }
  const bento = new BentoCache({ default: 'cache', ttl: ttlMs, stores: { cache: store } })
  return {
    getOrLoad: (key, load) => bento.getOrSet({ key, factory: load }),
    set: (key, value, tags) => bento.set(tags === undefined ? { key, value } : { key, value, tags }),
    // It has no call for many keys (its issue 78).
    getMany: (keys) => Promise.all(keys.map((key) => bento.get({ key }))),
    invalidateTag: (tag) => bento.deleteByTag({ tags: [tag] }),
  }
}
