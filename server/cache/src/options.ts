import { type Bytes, type Clock, type Duration, parseBytes, parseDuration } from '@hotpath/core'
import { steadyClock, createTurnClock } from './clock.ts'
import { type Codec, createCodec } from './codec/codec.ts'
import type { Serializer } from './codec/serializer.ts'
import { describe } from './describe.ts'
import type { CacheEntry } from './entry.ts'
import { cacheErrors } from './errors.ts'
import { createKeyGroups, type KeyGroups } from './groups.ts'
import { createMemoryStore } from './memory-store.ts'
import { requireSize, sizeOf } from './size-of.ts'
import type { Store } from './store.ts'
import { readTags, type TagSpace } from './tag-space.ts'

/** What a cache says of its values, and one value may say for itself. Durations: a bare number is milliseconds. */
export interface ValueOptions {
  /** How long a value is fresh, from the moment it arrived. @default '5m' */
  ttl?: Duration
  /** How long past `ttl` a stale value is served while one refresh runs (RFC 5861 §3). @default 0 */
  staleWhileRevalidate?: Duration
  /** How long past `ttl` a stale value is served when its loader fails (RFC 5861 §4). @default 0 */
  staleIfError?: Duration
  /** The last part of `ttl`, from 0 to 1, in which one read begins a refresh early. @default 0 */
  earlyRefresh?: number
  /** The part of `ttl`, from 0 to 1, by which it is shortened at random: what was loaded together ends apart. @default 0 */
  jitter?: number
  /** How long the absence of a value (undefined or null) is kept; 0: undefined is not kept, null as any value. @default 0 */
  negativeTtl?: Duration
  /** After which a stale value is served, if there is one, while the load goes on. @default none */
  softTimeout?: Duration
  /** After which callers get HP_CACHE_LOAD_TIMEOUT, and the loader's signal aborts. @default '30s' */
  timeout?: Duration
}

export interface CacheOptions extends ValueOptions {
  /** Names the cache in statistics and messages, and its keys in Redis. */
  namespace: string
  /** The application's tag space; share one between all caches. */
  tags: TagSpace
  /** The shape of the values: processes of another version, as in a rolling deploy, never read them. @default '1' */
  version?: string | number
  /** Where entries are kept; then `maxEntries` and `maxBytes` are the store's own affair. @default createMemoryStore */
  store?: Store<CacheEntry>
  /** Most entries kept in this process. @default 10_000 */
  maxEntries?: number
  /** Most bytes kept in this process, by the estimate of `sizeOf`. @default '64MiB' */
  maxBytes?: Bytes
  /** The size of a value in bytes, called once per fill. @default a walk over the value, see sizeOf */
  sizeOf?: (value: unknown) => number
  /**
   * What happens when Redis cannot be asked. `load`: what was proved or loaded in the last 2 s is served, else the
   * loader runs. `serve`: the same with `serveFor` in the place of 2 s. `fail`: reads reject HP_CACHE_REDIS_DOWN.
   * @default 'load'
   */
  redisDown?: 'load' | 'serve' | 'fail'
  /** With `redisDown: 'serve'`, how old the last proof of what is served may be. @default '1m' */
  serveFor?: Duration
  /** Writes values for Redis. @default JSON, or V8's structured clone where JSON would not bring a value back */
  serializer?: Serializer
  /** Values that take more bytes are compressed in Redis; false: none. @default '4KiB' */
  compressOver?: Bytes | false
  /** What statistics are kept apart by. @default the key up to its first colon */
  keyGroup?: (key: string) => string
  /** Milliseconds; only differences matter. @default that of `tags` */
  clock?: Clock
  /** From 0 to below 1. @default Math.random */
  random?: () => number
  /** False: every read calls its loader and nothing is kept, as in an application without a cache. @default true */
  enabled?: boolean
}

/** What one call may say. What it leaves out, the cache's own options say. */
export interface EntryOptions extends ValueOptions {
  /** What the value depends on: changing one of these drops it. @default [] */
  tags?: readonly string[]
  /** `strong`: nothing is served that was invalidated, by anybody, before this call. Costs a shared round trip. @default 'fast' */
  read?: 'fast' | 'strong'
}

/** ValueOptions read, in milliseconds. */
export interface ValuePolicy {
  ttlMs: number
  staleMs: number
  errorMs: number
  earlyRefresh: number
  jitter: number
  negativeMs: number
  /** Infinity where there is none. */
  softMs: number
  timeoutMs: number
}

/** The options read, checked and complete. */
export interface CacheSettings {
  namespace: string
  tags: TagSpace
  version: string
  values: ValuePolicy
  store: Store<CacheEntry>
  /** Whether the store tells what leaves it, so that the bytes of groups can be counted. */
  tellsRemovals: boolean
  sizeOf: (value: unknown) => number
  redisDown: 'load' | 'serve' | 'fail'
  serveForMs: number
  codec: Codec
  groups: KeyGroups
  clock: Clock
  random: () => number
  enabled: boolean
}

/** What one call asks for: its own options over the cache's. */
export interface EntryPolicy extends ValuePolicy {
  tags: string[]
  isStrong: boolean
}

const defaults = {
  version: '1',
  ttl: '5m',
  staleWhileRevalidate: 0,
  staleIfError: 0,
  earlyRefresh: 0,
  jitter: 0,
  negativeTtl: 0,
  timeout: '30s',
  redisDown: 'load',
  serveFor: '1m',
  enabled: true,
} as const

/**
 * @throws HP_CACHE_NAMESPACE_INVALID, HP_CACHE_BOUND_INVALID, HP_CACHE_SHARE_INVALID, HP_DURATION_INVALID,
 * HP_BYTES_INVALID
 */
export function readOptions(options: CacheOptions): CacheSettings {
  const given = { ...defaults, ...options }
  const { namespace, tags, maxEntries, maxBytes, compressOver = '4KiB' } = given
  if (typeof namespace !== 'string' || namespace === '' || !namespace.isWellFormed()) {
    throw cacheErrors.HP_CACHE_NAMESPACE_INVALID({ given: describe(namespace) })
  }
  const bounds = {
    ...(maxEntries !== undefined && { maxEntries }),
    ...(maxBytes !== undefined && { maxBytes }),
  }
  return {
    namespace,
    tags,
    // A list of versions has no place for an empty one; nothing else is written as a bare %.
    version: encodeURIComponent(String(given.version).toWellFormed()) || '%',
    values: readValues(given, noValues),
    store: options.store ?? createMemoryStore<CacheEntry>({ ...bounds, removed: leaveGroup }),
    tellsRemovals: options.store === undefined,
    sizeOf: options.sizeOf === undefined ? sizeOf : checked(options.sizeOf),
    redisDown: given.redisDown,
    serveForMs: parseDuration(given.serveFor),
    codec: createCodec({
      compressOver: compressOver === false ? Infinity : parseBytes(compressOver),
      ...(options.serializer !== undefined && { serializer: options.serializer }),
    }),
    groups: createKeyGroups(options.keyGroup === undefined ? {} : { keyGroup: options.keyGroup }),
    clock: options.clock ?? (tags.clock === steadyClock ? createTurnClock() : tags.clock),
    random: options.random ?? Math.random,
    enabled: given.enabled,
  }
}

function leaveGroup({ group, bytes }: CacheEntry): void {
  group.bytes -= bytes
}

const noValues: ValuePolicy = {
  ttlMs: 0,
  staleMs: 0,
  errorMs: 0,
  earlyRefresh: 0,
  jitter: 0,
  negativeMs: 0,
  softMs: Infinity,
  timeoutMs: 0,
}

function readValues(options: ValueOptions, base: ValuePolicy): ValuePolicy {
  const duration = (given: Duration | undefined, otherwise: number) =>
    given === undefined ? otherwise : parseDuration(given)
  return {
    ttlMs: duration(options.ttl, base.ttlMs),
    staleMs: duration(options.staleWhileRevalidate, base.staleMs),
    errorMs: duration(options.staleIfError, base.errorMs),
    earlyRefresh: share('earlyRefresh', options.earlyRefresh, base.earlyRefresh),
    jitter: share('jitter', options.jitter, base.jitter),
    negativeMs: duration(options.negativeTtl, base.negativeMs),
    softMs: duration(options.softTimeout, base.softMs),
    timeoutMs: duration(options.timeout, base.timeoutMs),
  }
}

/** @throws HP_CACHE_SHARE_INVALID */
function share(name: string, given: number | undefined, otherwise: number): number {
  if (given === undefined) return otherwise
  if (given >= 0 && given <= 1) return given
  throw cacheErrors.HP_CACHE_SHARE_INVALID({ name, given: String(given) })
}

/** @throws HP_DURATION_INVALID, HP_CACHE_TAGS_INVALID, HP_CACHE_SHARE_INVALID */
export function entryPolicy(settings: CacheSettings, options?: EntryOptions): EntryPolicy {
  if (options === undefined) return { ...settings.values, tags: [], isStrong: false }
  return {
    ...readValues(options, settings.values),
    tags: options.tags === undefined ? [] : readTags(options.tags),
    isStrong: options.read === 'strong',
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

const checked =
  (given: (value: unknown) => number) =>
  (value: unknown): number =>
    requireSize(given(value))
