import { createEntry, type CacheEntry, expireEntry, freshness, type Lifetime } from './entry.ts'
import type { CacheSettings } from './options.ts'
import { requireSize } from './size-of.ts'

/** What one entry costs beside its key, tags and value: the entry, its promise, its place in the store. */
const entryBytes = 340

/** The entries of one cache, in its store, held against time and tags. */
export interface MemoryTier {
  /** The entry, usable or not; counts as a use. */
  find(key: string): CacheEntry | undefined
  /** The entry if it may be served without a refresh; does not count as a use. */
  peek(key: string): CacheEntry | undefined
  /** Whether this entry may be served now: at once, during a refresh, or never again. */
  state(entry: CacheEntry): 'fresh' | 'stale' | 'dead'
  /** Stores a value unless it is undefined or dead at birth; what was there is dropped. */
  fill(key: string, value: unknown, life: Lifetime & { asOf: number; tags: readonly string[] }): void
  /** Whether there was an entry that could have been served. */
  drop(key: string): boolean
  dropMatching(matches: (key: string) => boolean): void
  /** Turns what is selected stale. */
  expire(selected: (key: string, tags: readonly string[]) => boolean): void
}

export function createMemoryTier({ tags: space, store, clock, sizeOf }: CacheSettings): MemoryTier {
  const state = (entry: CacheEntry) =>
    space.overtaken(entry.tags, entry.asOf) ? 'dead' : freshness(entry, clock())
  return {
    find: (key) => store.get(key),
    peek(key) {
      const entry = store.peek(key)
      return entry !== undefined && state(entry) === 'fresh' ? entry : undefined
    },
    state,
    fill(key, value, life) {
      if (value === undefined || life.ttlMs + life.staleMs === 0) {
        store.delete(key)
        return
      }
      const bytes = entryBytes + 2 * key.length + 8 * life.tags.length + requireSize(sizeOf(value))
      store.set(key, createEntry(value, life, { ...life, now: clock() }), bytes)
    },
    drop(key) {
      const entry = store.peek(key)
      if (entry === undefined) return false
      const servable = state(entry) !== 'dead'
      store.delete(key)
      return servable
    },
    dropMatching(matches) {
      // Collected first: what a store's iterator does when entries go meanwhile is its own affair.
      const matching = [...store.keys()].filter(matches)
      for (const key of matching) store.delete(key)
    },
    expire(selected) {
      const now = clock()
      const matching = [...store.entries()].filter(([key, entry]) => selected(key, entry.tags))
      for (const [key, entry] of matching) {
        expireEntry(entry, now)
        if (freshness(entry, now) === 'dead') store.delete(key)
      }
    },
  }
}
