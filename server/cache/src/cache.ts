import type { EntryOptions } from './options.ts'
import type { Selection } from './selection.ts'

/** What a loader is handed. */
export interface LoadContext {
  /**
   * Adds to what the value depends on, as far as the loader finds out while it runs. These tags count from before
   * the load began, like those of the options.
   * @throws HP_CACHE_TAGS_INVALID, HP_CACHE_TAGS_LATE
   */
  addTags(...tags: string[]): void
}

/** Reads a value from its origin. Returning undefined means that there is none: nothing is cached. */
export type Loader<T> = (context: LoadContext) => Promise<T> | T

/**
 * Values by key, kept in this process. Values are shared by reference: plain objects and arrays are frozen one level
 * deep, and nothing in them may be modified. Null is a value; undefined is the absence of one.
 */
export interface Cache {
  /**
   * The value of `key`: a fresh one at once; a stale one at once while one refresh runs; else what the loader
   * returns, which is kept. Callers of one key share one load. The loader's error goes to those that share the load
   * and is not kept.
   * @throws HP_CACHE_KEY_INVALID, HP_CACHE_LOADER_INVALID, HP_CACHE_LOAD_RECURSIVE, HP_CACHE_TAGS_INVALID,
   * HP_DURATION_INVALID, and what the loader throws
   */
  getOrLoad<T>(key: string, load: Loader<T>, options?: EntryOptions): Promise<T>
  /** The value if it is fresh. @throws HP_CACHE_KEY_INVALID */
  get<T>(key: string): Promise<T | undefined>
  /** Like `get`, synchronous, seen by no statistics and no eviction. @throws HP_CACHE_KEY_INVALID */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as in `get`: the caller names the type
  peek<T>(key: string): T | undefined
  /**
   * Keeps a value as of now: loads in flight will not replace it. Undefined drops what was there.
   * @throws HP_CACHE_KEY_INVALID, HP_CACHE_VALUE_INVALID, HP_CACHE_TAGS_INVALID, HP_DURATION_INVALID
   */
  set(key: string, value: unknown, options?: EntryOptions): Promise<void>
  /** Like `invalidate` of one key. Whether a value was there that could have been served. @throws HP_CACHE_KEY_INVALID */
  delete(key: string): Promise<boolean>
  /**
   * Hard: nothing loaded before is ever served again, also nothing that is being loaded now. Tags are advanced in
   * the tag space, so for all its caches. Costs O(tags + keys); a pattern walks all keys.
   * @throws HP_CACHE_SELECTION_INVALID, HP_CACHE_TAGS_INVALID, HP_CACHE_KEY_INVALID
   */
  invalidate(what: Selection): Promise<void>
  /**
   * Soft: entries of this cache turn stale and are served while they are refreshed, for as long as their stale
   * window lasts; an entry without one is dropped. Walks all entries.
   * @throws HP_CACHE_SELECTION_INVALID, HP_CACHE_TAGS_INVALID, HP_CACHE_KEY_INVALID
   */
  expire(what: Selection): Promise<void>
  stats(): CacheStats
}

/** What a cache has done since its start, and what it holds now. */
export interface CacheStats {
  namespace: string
  /** Entries kept now; overtaken and dead ones are found out when they are next read, or evicted. */
  entries: number
  /** Their bytes, as estimated. */
  bytes: number
  /** Every read is counted once: as a hit, a stale hit, collapsed or a miss. Fresh values served. */
  hits: number
  /** Stale values served while a refresh ran. */
  staleHits: number
  /** Reads that shared a load that another had begun. */
  collapsed: number
  /** Reads that began a load, or, with `get`, found nothing. */
  misses: number
  /** Runs of loaders, refreshes included. */
  loads: number
  /** Runs that threw, refreshes included. */
  loadErrors: number
  /** Runs whose value was not kept, because what it depends on was invalidated, set or deleted meanwhile. */
  fencedFills: number
  /** Loads running now that a caller may still join. */
  inFlight: number
  /** Entries dropped for want of room. */
  evictions: number
  /** Calls of invalidate and expire. */
  invalidations: number
  /** How long loaders ran. */
  loadMs: { mean: number; p95: number }
}
