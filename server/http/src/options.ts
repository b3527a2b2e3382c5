import type { TagSpace } from '@hotpath/cache'
import { type Bytes, type Clock, type Duration, type Route, parseBytes, parseDuration } from '@hotpath/core'
import type { CompressionOptions } from './compress/compression.ts'
import type { CdnDialect } from './cdn/dialects.ts'
import { httpErrors } from './errors.ts'
import type { Heuristic } from './freshness-lifetime.ts'
import type { StoreRules } from './storable.ts'

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
   * Whether no-cache, max-age, min-fresh, max-stale and Pragma in requests are ignored (RFC 9111 §5.2.1 allows it). If
   * they are obeyed, anybody can put the whole load on the handler. @default true
   */
  ignoreReload?: boolean
  /**
   * Whether freshness is guessed where a response has a Last-Modified and says nothing of it (RFC 9111 §4.2.2): `true`
   * for a tenth of the time since then, at most a day. @default false
   */
  heuristic?: boolean | { fraction: number; atMost: Duration }
  /**
   * Whether errors and unknown statuses are stored where they carry explicit freshness. Behind middleware that sets one
   * header on everything, a request made to fail would then fail for everybody; 404 and 410 are always stored.
   * @default false
   */
  storeErrors?: boolean
  /**
   * Whether responses without freshness, or with `no-cache`, are stored if they have a validator, so that the next
   * request only asks whether they still hold. In process that saves nothing: the handler has made the body by the time
   * it can tell. @default false
   */
  storeForValidation?: boolean
  /**
   * For how long past its freshness any stored response answers when nobody can be asked (`markUnavailable`, or
   * `overloaded`), unless it forbids that (RFC 9111 §4.2.4). `stale-if-error` is obeyed in any case. @default '0s'
   */
  staleIfUnavailable?: Duration
  /** Whether the process has more to do than it can: then what may be served stale is, without asking the handler. */
  overloaded?: () => boolean
  /**
   * With a tag space on Redis: what becomes of requests while Redis cannot be asked. `load`: stored responses that
   * were made, or proved not to be overtaken, within the last 2 seconds are served, for all others the handler runs.
   * `serve`: the same with `serveFor` in place of the 2 seconds, so that a burst reaches the handler less, and a
   * write that another process made meanwhile is seen later. @default 'load'
   */
  redisDown?: 'load' | 'serve'
  /** For `serve`. @default '1m' */
  serveFor?: Duration
  /**
   * Compresses answers (zstd, br, gzip): those that are stored once for each coding, the others as they are sent.
   * @default true
   */
  compress?: boolean | CompressionOptions
  /**
   * In which other words the policy goes out beside CDN-Cache-Control and Cache-Groups: `surrogate` for Fastly and
   * xkey, `cache-tag` for Cloudflare. @default none
   */
  cdnDialects?: readonly CdnDialect[]
  /**
   * `shadow`: nothing is stored, served or added to an answer; stats tell what would have been. Single routes do so by
   * their option `shadow`. @default 'on'
   */
  mode?: 'on' | 'shadow'
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
  heuristic: false,
  storeErrors: false,
  storeForValidation: false,
  staleIfUnavailable: '0s',
  overloaded: () => false,
  redisDown: 'load',
  serveFor: '1m',
  compress: true,
  cdnDialects: [],
  mode: 'on',
  clock: Date.now,
  enabled: true,
} as const satisfies Omit<Required<HttpCacheOptions>, 'tags' | 'routes'>

/**
 * What differs in front of another server: asking it is a request over a network, what it says of errors is its own word,
 * and its clients are used to a cache that obeys them.
 */
export const proxyCacheDefaults = {
  ignoreReload: false,
  heuristic: true,
  storeErrors: true,
  storeForValidation: true,
  staleIfUnavailable: '1h',
} as const satisfies Partial<HttpCacheOptions>

/** The options with defaults filled in and units resolved: bytes and milliseconds. */
export interface Settings {
  readonly maxEntries: number
  readonly maxBytes: number
  readonly maxEntryBytes: number
  readonly collapseMs: number
  readonly hitForMissMs: number
  readonly refreshMs: number
  readonly ignoreReload: boolean
  readonly rules: StoreRules
  readonly unavailableMs: number
  readonly overloaded: () => boolean
  /** How old, by proof, what is stored may be while Redis cannot be asked; null: as old as it may be anyway. */
  readonly serveForMs: number | null
  /** Null: nothing is compressed. */
  readonly compress: CompressionOptions | null
  readonly dialects: readonly CdnDialect[]
  readonly mode: 'on' | 'shadow'
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
    rules: {
      heuristic: heuristicOf(given.heuristic),
      storesErrors: given.storeErrors,
      storesForValidation: given.storeForValidation,
    },
    unavailableMs: parseDuration(given.staleIfUnavailable),
    overloaded: given.overloaded,
    serveForMs: given.redisDown === 'serve' ? parseDuration(given.serveFor) : null,
    compress: given.compress === true ? {} : given.compress || null,
    dialects: given.cdnDialects,
    mode: given.mode,
    clock: given.clock,
    enabled: given.enabled,
  }
}

function heuristicOf(given: HttpCacheOptions['heuristic']): Heuristic | null {
  if (!given) return null
  const { fraction, atMost } = given === true ? { fraction: 0.1, atMost: '1d' } : given
  if (!(fraction > 0 && fraction <= 1)) throw httpErrors.HP_HTTP_HEURISTIC_INVALID({ fraction })
  return { fraction, capMs: parseDuration(atMost) }
}
