import type { KeyGroup } from './groups.ts'
import type { Fence } from './marks.ts'

/** One value in the memory tier. Times are milliseconds of the cache's clock. */
export interface CacheEntry extends Fence {
  readonly value: unknown
  /** Settled with `value`: a hit returns it and allocates nothing. */
  readonly promise: Promise<unknown>
  /** Of its record in Redis; '' where there is none. */
  readonly id: string
  readonly group: KeyGroup
  /** What it was counted for in its group; 0 while it is not in the store. */
  bytes: number
  /** How long its load took. */
  readonly loadMs: number
  /** At `freshUntil` or earlier: from here on a read begins a refresh. */
  refreshAt: number
  freshUntil: number
  /** The end of stale-while-revalidate (RFC 5861 §3). */
  staleUntil: number
  /** The end of stale-if-error (RFC 5861 §4), not before `staleUntil`. */
  keepUntil: number
  /** No refresh is tried before, after one failed. */
  retryAt: number
}

/** How long a value lives once it has arrived, in milliseconds; the last two count from the end of the first. */
export interface Lifetime {
  freshMs: number
  staleMs: number
  keepMs: number
}

/** When it ends to be what. */
export type Expiry = Pick<CacheEntry, 'refreshAt' | 'freshUntil' | 'staleUntil' | 'keepUntil'>

/** `earlyMs` before its end, a read of a fresh value begins its refresh. */
export function expiryOf({ freshMs, staleMs, keepMs }: Lifetime, now: number, earlyMs: number): Expiry {
  const freshUntil = now + freshMs
  return {
    refreshAt: freshUntil - earlyMs,
    freshUntil,
    staleUntil: freshUntil + staleMs,
    keepUntil: freshUntil + Math.max(staleMs, keepMs),
  }
}

export interface EntryParts {
  value: unknown
  /** What the value takes in memory, in bytes. */
  size: number
  id: string
  group: KeyGroup
  loadMs: number
  fence: Fence
  expiry: Expiry
}

/** All fields at once: V8 keeps what is added later outside the object. */
export function createEntry({ value, id, group, loadMs, fence, expiry }: EntryParts): CacheEntry {
  return {
    asOf: fence.asOf,
    marks: fence.marks,
    swept: fence.swept,
    generation: fence.generation,
    provedAt: fence.provedAt,
    turn: fence.turn,
    value,
    promise: Promise.resolve(value),
    id,
    group,
    bytes: 0,
    loadMs,
    refreshAt: expiry.refreshAt,
    freshUntil: expiry.freshUntil,
    staleUntil: expiry.staleUntil,
    keepUntil: expiry.keepUntil,
    retryAt: 0,
  }
}

/** `spare` is served only when the origin fails. */
export type Freshness = 'fresh' | 'stale' | 'spare' | 'dead'

/** What time alone says about an entry; its marks are asked elsewhere. */
export function freshness({ freshUntil, staleUntil, keepUntil }: Expiry, now: number): Freshness {
  if (now < freshUntil) return 'fresh'
  if (now < staleUntil) return 'stale'
  return now < keepUntil ? 'spare' : 'dead'
}

/** Ends an entry's freshness at `at`; its stale windows, of the same length, begin then. Never prolongs. */
export function expireEntry(entry: Expiry, at: number): void {
  if (at >= entry.freshUntil) return
  entry.staleUntil = at + (entry.staleUntil - entry.freshUntil)
  entry.keepUntil = at + (entry.keepUntil - entry.freshUntil)
  entry.freshUntil = at
  entry.refreshAt = Math.min(entry.refreshAt, at)
}

/**
 * Freezes a plain object or an array, one level deep, and returns it: every reader is handed this very value, so a
 * caller that sorts it in place has to hear of it. Instances of classes and buffers are left alone.
 */
export function freezeShared<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  const plain = prototype === Object.prototype || prototype === null || Array.isArray(value)
  return plain ? Object.freeze(value) : value
}
