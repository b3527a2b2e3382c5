import type { TagSpace } from '@hotpath/cache'
import { type Bytes, type Clock, type Duration, type Route, parseBytes, parseDuration } from '@hotpath/core'
import { httpErrors } from './errors.ts'

export interface HttpCacheOptions {
  /**
   * The tag space of the object cache: what that invalidates drops responses too. On Redis, responses are shared by all
   * processes, and so is what drops them.
   */
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
  /**
   * With a tag space on Redis: what becomes of requests while Redis cannot be asked. `load`: stored responses that
   * were made, or proved not to be overtaken, within the last 2 seconds are served, for all others the handler runs.
   * `serve`: the same with `serveFor` in place of the 2 seconds, so that a burst reaches the handler less, and a
   * write that another process made meanwhile is seen later. @default 'load'
   */
  redisDown?: 'load' | 'serve'
  /** For `serve`. @default '1m' */
  serveFor?: Duration
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
  redisDown: 'load',
  serveFor: '1m',
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
  /** How old, by proof, what is stored may be while Redis cannot be asked; null: as old as it may be anyway. */
  readonly serveForMs: number | null
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
    serveForMs: given.redisDown === 'serve' ? parseDuration(given.serveFor) : null,
    clock: given.clock,
    enabled: given.enabled,
  }
}
