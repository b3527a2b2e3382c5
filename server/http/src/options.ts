import type { TagSpace } from '@hotpath/cache'
import { type Bytes, type Clock, type Duration, type Route, parseBytes, parseDuration } from '@hotpath/core'
import { httpErrors } from './errors.ts'

export interface HttpCacheOptions {
  /** The process's tag space: what the object cache invalidates drops responses too. */
  tags: TagSpace
  /** The route table. Routes that are not in it are cached by their own headers alone. */
  routes: readonly Route[]
  /** Most URLs stored. @default 10_000 */
  maxEntries?: number
  /** Most bytes stored, and again as many collected from handlers at one time. @default '64MiB' */
  maxBytes?: Bytes
  /** Largest body stored; larger ones pass through. @default '1MiB' */
  maxEntryBytes?: Bytes
  /** How long requests wait for another's handler before they run their own. @default '10s' */
  collapseTimeout?: Duration
  /** How long requests for a key whose response could not be stored do not wait for one another. @default '5s' */
  hitForMiss?: Duration
  /** How long a refresh behind a stale answer may take. @default '30s' */
  refreshTimeout?: Duration
  /**
   * Whether no-cache, max-age and Pragma in requests are ignored (RFC 9111 §5.2.1 allows it). If they are obeyed,
   * anybody can put the whole load on the handler. @default true
   */
  ignoreReload?: boolean
  /** @default Date.now */
  clock?: Clock
  /** False: nothing is looked up, stored or changed; only the request channel is fed. @default true */
  enabled?: boolean
}

export const httpCacheDefaults = {
  maxEntries: 10_000,
  maxBytes: '64MiB',
  maxEntryBytes: '1MiB',
  collapseTimeout: '10s',
  hitForMiss: '5s',
  refreshTimeout: '30s',
  ignoreReload: true,
  clock: Date.now,
  enabled: true,
} as const satisfies Omit<Required<HttpCacheOptions>, 'tags' | 'routes'>

/** The options with defaults filled in and units resolved: bytes and milliseconds. */
export interface Settings {
  readonly maxEntries: number
  readonly maxBytes: number
  readonly maxEntryBytes: number
  readonly collapseMs: number
  readonly hitForMissMs: number
  readonly refreshMs: number
  readonly ignoreReload: boolean
  readonly clock: Clock
  readonly enabled: boolean
}

/**
 * Checks the options and resolves their units.
 * @throws HP_HTTP_ENTRY_BOUND_INVALID, HP_BYTES_INVALID, HP_DURATION_INVALID
 */
export function readSettings(options: HttpCacheOptions): Settings {
  const given = { ...httpCacheDefaults, ...options }
  const maxBytes = parseBytes(given.maxBytes)
  // A cache smaller than the default entry bound is a wish, not a mistake.
  const maxEntryBytes =
    options.maxEntryBytes === undefined
      ? Math.min(parseBytes(given.maxEntryBytes), maxBytes)
      : parseBytes(options.maxEntryBytes)
  if (maxEntryBytes < 1 || maxEntryBytes > maxBytes) {
    throw httpErrors.HP_HTTP_ENTRY_BOUND_INVALID({ entry: maxEntryBytes, total: maxBytes })
  }
  return {
    maxEntries: given.maxEntries,
    maxBytes,
    maxEntryBytes,
    collapseMs: parseDuration(given.collapseTimeout),
    hitForMissMs: parseDuration(given.hitForMiss),
    refreshMs: parseDuration(given.refreshTimeout),
    ignoreReload: given.ignoreReload,
    clock: given.clock,
    enabled: given.enabled,
  }
}
