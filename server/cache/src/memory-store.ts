import { type Bytes, parseBytes } from '@hotpath/core'
import { LRUCache } from 'lru-cache'
import { cacheErrors } from './errors.ts'
import { requireSize } from './size-of.ts'
import type { Store } from './store.ts'

export interface MemoryStoreOptions {
  /** Most entries kept. @default 10_000 */
  maxEntries?: number
  /** Most bytes kept, by the sizes given to `set`. @default '64MiB' */
  maxBytes?: Bytes
}

const defaults = {
  maxEntries: 10_000,
  maxBytes: '64MiB',
} as const satisfies Required<MemoryStoreOptions>

/**
 * A store in this process that evicts the least recently used entry (lru-cache).
 * @throws HP_CACHE_BOUND_INVALID, HP_BYTES_INVALID
 */
export function createMemoryStore<V extends object>(options: MemoryStoreOptions = {}): Store<V> {
  const { maxEntries, maxBytes } = { ...defaults, ...options }
  const byteBound = parseBytes(maxBytes)
  requireBound('maxEntries', maxEntries)
  requireBound('maxBytes', byteBound)
  let evicted = 0
  const map = new LRUCache<string, V>({
    max: maxEntries,
    maxSize: byteBound,
    dispose: (_value, _key, reason) => {
      if (reason === 'evict') evicted += 1
    },
  })
  return {
    get: (key) => map.get(key),
    peek: (key) => map.peek(key),
    set(key, value, bytes) {
      // lru-cache reads a size of 0 as "no size given".
      map.set(key, value, { size: Math.max(1, Math.ceil(requireSize(bytes))) })
    },
    delete: (key) => map.delete(key),
    clear: () => map.clear(),
    keys: () => map.keys(),
    entries: () => map.entries(),
    size: () => map.size,
    bytes: () => map.calculatedSize,
    evictions: () => evicted,
  }
}

function requireBound(name: string, given: number): void {
  if (Number.isInteger(given) && given >= 1) return
  throw cacheErrors.HP_CACHE_BOUND_INVALID({ name, given: String(given) })
}
