import type { Cache, Loader, ManyLoader } from './cache.ts'
import type { LoadMeter } from './load-meter.ts'
import { type CacheSettings, requireKey, requireLoader } from './options.ts'
import { readSelection } from './selection.ts'
import { readTags } from './tag-space.ts'

/**
 * The cache of an application without one: each read runs its own loader, nothing is kept, shared or invalidated.
 * Loads are counted and published as ever, so that on and off are measured alike.
 */
export function createPassThrough({ namespace }: CacheSettings, meter: LoadMeter): Cache {
  const context = {
    // Nobody aborts it: an application without a cache sets its own deadlines.
    get signal() {
      return new AbortController().signal
    },
    addTags: (...tags: string[]) => void readTags(tags),
  }
  let misses = 0
  return {
    async getOrLoad<T>(key: string, load: Loader<T>) {
      requireKey(key)
      requireLoader(key, load)
      misses += 1
      return meter.run(key, () => load(context))
    },
    async get(key) {
      requireKey(key)
      misses += 1
      return undefined
    },
    peek(key) {
      requireKey(key)
      return undefined
    },
    async getMany<T>(keys: readonly string[], load?: ManyLoader<T>) {
      for (const key of keys) requireKey(key)
      misses += keys.length
      if (load === undefined || keys.length === 0) return new Map<string, T>()
      return new Map(await meter.run(keys[0]!, () => load(keys, context)))
    },
    async set(key) {
      requireKey(key)
    },
    async delete(key) {
      requireKey(key)
      return false
    },
    invalidate: async () => ({ acknowledged: true }),
    expire: async () => ({ acknowledged: true }),
    preview(what) {
      readSelection(what)
      return { count: 0, sample: [] }
    },
    async explain(key) {
      requireKey(key)
      return {
        key,
        namespace,
        verdict: 'The cache is turned off: each read runs its loader.',
        memory: null,
        redis: null,
      }
    },
    stats: () => ({
      namespace,
      entries: 0,
      bytes: 0,
      hits: 0,
      staleHits: 0,
      collapsed: 0,
      misses,
      fencedFills: 0,
      inFlight: 0,
      evictions: 0,
      invalidations: 0,
      ...meter.stats(),
      groups: [],
    }),
  }
}
