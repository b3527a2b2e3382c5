import { type Bytes, type Clock, type Duration, parseDuration } from '@hotpath/core'
import { describe } from './describe.ts'
import type { CacheEntry, Lifetime } from './entry.ts'
import { cacheErrors } from './errors.ts'
import { createMemoryStore } from './memory-store.ts'
import { sizeOf } from './size-of.ts'
import type { Store } from './store.ts'
import { readTags, type TagSpace } from './tag-space.ts'

export interface CacheOptions {
  /** Names the cache in statistics and messages. */
  namespace: string
  /** The process' tag space; share one between all caches. */
  tags: TagSpace
  /** Where entries are kept; then `maxEntries` and `maxBytes` are the store's own affair. @default createMemoryStore */
  store?: Store<CacheEntry>
  /** How long a value is fresh, from the moment it arrived; a bare number is milliseconds. @default '5m' */
  ttl?: Duration
  /** How long past `ttl` a stale value is served while one refresh runs (RFC 5861 §3). @default 0 */
  staleWhileRevalidate?: Duration
  /** Most entries kept in this process. @default 10_000 */
  maxEntries?: number
  /** Most bytes kept in this process, by the estimate of `sizeOf`. @default '64MiB' */
  maxBytes?: Bytes
  /** The size of a value in bytes, called once per fill. @default a walk over the value, see sizeOf */
  sizeOf?: (value: unknown) => number
  /** Milliseconds; only differences matter. @default a clock that does not jump when the machine's is set */
  clock?: Clock
  /** False: every read calls its loader and nothing is kept, as in an application without a cache. @default true */
  enabled?: boolean
}

/** What one value may say for itself; what it leaves out, the cache's own options say. */
export interface EntryOptions {
  /** How long the value is fresh, from the moment it arrived. */
  ttl?: Duration
  /** How long past `ttl` it is served stale while one refresh runs. */
  staleWhileRevalidate?: Duration
  /** What the value depends on: advancing one of these drops it. @default [] */
  tags?: readonly string[]
}

/** The options read, checked and complete. */
export interface CacheSettings extends Lifetime {
  namespace: string
  tags: TagSpace
  store: Store<CacheEntry>
  sizeOf: (value: unknown) => number
  clock: Clock
  enabled: boolean
}

/** What one call asks for: its own options over the cache's. */
export interface EntryPolicy extends Lifetime {
  tags: string[]
}

// Monotonic: a machine whose clock is set back must not keep entries for longer.
const steadyClock: Clock = () => performance.timeOrigin + performance.now()

const defaults = { ttl: '5m', staleWhileRevalidate: 0, enabled: true } as const

/** @throws HP_CACHE_NAMESPACE_INVALID, HP_CACHE_BOUND_INVALID, HP_DURATION_INVALID, HP_BYTES_INVALID */
export function readOptions(options: CacheOptions): CacheSettings {
  const { namespace, tags, ttl, staleWhileRevalidate, enabled, maxEntries, maxBytes } = {
    ...defaults,
    ...options,
  }
  if (typeof namespace !== 'string' || namespace === '') {
    throw cacheErrors.HP_CACHE_NAMESPACE_INVALID({ given: describe(namespace) })
  }
  const bounds = {
    ...(maxEntries !== undefined && { maxEntries }),
    ...(maxBytes !== undefined && { maxBytes }),
  }
  return {
    namespace,
    tags,
    store: options.store ?? createMemoryStore<CacheEntry>(bounds),
    ttlMs: parseDuration(ttl),
    staleMs: parseDuration(staleWhileRevalidate),
    sizeOf: options.sizeOf ?? sizeOf,
    clock: options.clock ?? steadyClock,
    enabled,
  }
}

/** @throws HP_DURATION_INVALID, HP_CACHE_TAGS_INVALID */
export function entryPolicy(settings: CacheSettings, options: EntryOptions = {}): EntryPolicy {
  const { ttl, staleWhileRevalidate, tags } = options
  return {
    ttlMs: ttl === undefined ? settings.ttlMs : parseDuration(ttl),
    staleMs: staleWhileRevalidate === undefined ? settings.staleMs : parseDuration(staleWhileRevalidate),
    tags: tags === undefined ? [] : readTags(tags),
  }
}

/** @throws HP_CACHE_KEY_INVALID */
export function requireKey(key: string): void {
  if (typeof key === 'string' && key !== '') return
  throw cacheErrors.HP_CACHE_KEY_INVALID({ given: describe(key) })
}

/** @throws HP_CACHE_LOADER_INVALID */
export function requireLoader(key: string, load: unknown): void {
  if (typeof load === 'function') return
  throw cacheErrors.HP_CACHE_LOADER_INVALID({ key: describe(key), given: describe(load) })
}
