import type { Explanation } from './explain.ts'
import type { KeyGroup } from './groups.ts'
import type { EntryOptions } from './options.ts'
import type { Preview } from './preview.ts'
import type { Selection } from './selection.ts'

/** What a loader is handed. */
export interface LoadContext {
  /** Aborts when the load has taken longer than `timeout`. */
  readonly signal: AbortSignal
  /**
   * Adds to what the value depends on, as far as the loader finds out while it runs. These tags count from before
   * the load began, like those of the options.
   * @throws HP_CACHE_TAGS_INVALID, HP_CACHE_TAGS_LATE
   */
  addTags(...tags: string[]): void
}

/** Reads a value from its origin. Returning undefined means that there is none. */
export type Loader<T> = (context: LoadContext) => Promise<T> | T

/** Reads the values of several keys at once; a key that is not in the map has none. */
export type ManyLoader<T> = (
  missing: readonly string[],
  context: LoadContext,
) => Promise<ReadonlyMap<string, T>> | ReadonlyMap<string, T>

export interface ManyOptions extends EntryOptions {
  /** What the value of each key depends on, beside `tags`. */
  tagsOf?: (key: string) => readonly string[]
}

export interface InvalidateOptions {
  /** `fleet` waits until every live process has heard of it, or has stopped to serve from memory (2 s at most). @default 'redis' */
  ack?: 'redis' | 'fleet'
}

/** What became of an invalidation. */
export interface Invalidation {
  /**
   * False when Redis could not be reached in time: it took effect in this process at once, is kept, and is sent
   * before anything from Redis is relied on again. Other processes may serve older values until then.
   */
  acknowledged: boolean
}

/**
 * Values by key: in the memory of this process and, with a tag space on Redis, shared by all processes. Values are
 * shared by reference within a process: plain objects and arrays are frozen one level deep, and nothing in them may
 * be modified. Null is a value; undefined is the absence of one. No call waits longer for Redis than the command
 * time-out of the tag space.
 */
export interface Cache {
  /**
   * The value of `key`: a fresh one at once; a stale one at once while one refresh runs; else what the loader
   * returns, which is kept. Callers of one key share one load, in all processes. The loader's error goes to those
   * that share the load and is not kept.
   * @throws HP_CACHE_KEY_INVALID, HP_CACHE_LOADER_INVALID, HP_CACHE_LOAD_RECURSIVE, HP_CACHE_LOAD_TIMEOUT,
   * HP_CACHE_TAGS_INVALID, HP_CACHE_VALUE_UNSERIALIZABLE, HP_CACHE_REDIS_DOWN, HP_DURATION_INVALID, and what the
   * loader throws
   */
  getOrLoad<T>(key: string, load: Loader<T>, options?: EntryOptions): Promise<T>
  /** The value if it is fresh. @throws HP_CACHE_KEY_INVALID, HP_CACHE_REDIS_DOWN */
  get<T>(key: string, options?: Pick<EntryOptions, 'read'>): Promise<T | undefined>
  /** The value if this process has it fresh: synchronous, seen by no statistics and no eviction. @throws HP_CACHE_KEY_INVALID */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as in `get`: the caller names the type
  peek<T>(key: string): T | undefined
  /**
   * The values of several keys, in their order; those that nobody has are missing. Asks Redis once for all, and runs
   * the loader once for those that it has not.
   * @throws as getOrLoad
   */
  getMany<T>(keys: readonly string[], load?: ManyLoader<T>, options?: ManyOptions): Promise<Map<string, T>>
  /**
   * Keeps a value as of now: loads in flight will not replace it. Undefined drops what was there.
   * @throws HP_CACHE_KEY_INVALID, HP_CACHE_VALUE_INVALID, HP_CACHE_VALUE_UNSERIALIZABLE, HP_CACHE_TAGS_INVALID,
   * HP_CACHE_REDIS_DOWN, HP_DURATION_INVALID
   */
  set(key: string, value: unknown, options?: EntryOptions): Promise<void>
  /** Like `invalidate` of one key. Whether a value was there that could have been served. @throws HP_CACHE_KEY_INVALID */
  delete(key: string): Promise<boolean>
  /**
   * Hard: nothing loaded before is ever served again, also nothing that is being loaded now. Tags are those of the
   * tag space, so of all its caches. Costs O(tags + keys + patterns), whatever is cached.
   * @throws HP_CACHE_SELECTION_INVALID, HP_CACHE_TAGS_INVALID, HP_CACHE_KEY_INVALID
   */
  invalidate(what: Selection, options?: InvalidateOptions): Promise<Invalidation>
  /**
   * Soft: what is selected turns stale and is served while it is refreshed, for as long as its stale window lasts; a
   * value without one is dropped. Redis knows the last expiry of a tag alone: in a fleet, a value that is expired again
   * before anybody read it is served for its stale window from then, though never longer than it was to be kept.
   * @throws HP_CACHE_SELECTION_INVALID, HP_CACHE_TAGS_INVALID, HP_CACHE_KEY_INVALID
   */
  expire(what: Selection): Promise<Invalidation>
  /**
   * What `invalidate` would drop from the memory of this process; other processes and Redis may hold more. Looks at every
   * entry.
   * @throws HP_CACHE_SELECTION_INVALID, HP_CACHE_TAGS_INVALID, HP_CACHE_KEY_INVALID
   */
  preview(what: Selection): Preview
  /** Where a key's value lies, how old it is, and whether it would be served now. @throws HP_CACHE_KEY_INVALID */
  explain(key: string): Promise<Explanation>
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
  /** Searches and loads that have not ended, those that nobody may join any more among them. */
  inFlight: number
  /** Entries dropped for want of room. */
  evictions: number
  /** Calls of invalidate and expire. */
  invalidations: number
  /** How long loaders ran. */
  loadMs: { mean: number; p95: number }
  /** The same by key group, with the tier of each hit and the reason of each miss. */
  groups: KeyGroup[]
}
