import type { MemoryStoreOptions, Store } from '@hotpath/cache'
import { parseBytes } from '@hotpath/core'
import { LRUCache } from 'lru-cache'

/** The yardstick behind our port: lru-cache, which evicts what was used longest ago. */
export function createLruStore<V extends object>({
  maxEntries = 10_000,
  maxBytes = '64MiB',
}: MemoryStoreOptions = {}): Store<V> {
  let evicted = 0
  const map = new LRUCache<string, V>({
    max: maxEntries,
    maxSize: parseBytes(maxBytes),
    dispose: (_value, _key, reason) => void (reason === 'evict' && evicted++),
  })
  return {
    get: (key) => map.get(key),
    peek: (key) => map.peek(key),
    // lru-cache reads a size of 0 as "no size given".
    set: (key, value, bytes) =>
      map.set(key, value, { size: Math.max(1, Math.ceil(bytes)) }).peek(key) === value,
    delete: (key) => map.delete(key),
    clear: () => map.clear(),
    keys: () => map.keys(),
    entries: () => map.entries(),
    size: () => map.size,
    bytes: () => map.calculatedSize,
    evictions: () => evicted,
  }
}
