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
  /** The same in whole steps since `timeBase`, rounded down: all that a hit looks at. */
  quickUntil: number
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
export type Expiry = Pick<CacheEntry, 'freshUntil' | 'staleUntil' | 'keepUntil'>

/** The same, and from when on it is to be refreshed. */
export type Schedule = Expiry & Pick<CacheEntry, 'refreshAt'>

/**
 * V8 keeps a fraction, or what is beyond 31 bits, in an object of its own, which costs each hit on a large cache one
 * more place in memory that no processor cache holds. Steps of 16 ms reach 397 days beyond the start of the process;
 * what is fresh for longer, or for the rest of a step, takes the careful way.
 */
const timeBase = Math.floor(performance.timeOrigin)
const stepMs = 16
const lastStep = 2 ** 31 - 1

const stepsUntil = (at: number) => Math.min(lastStep, Math.floor((at - timeBase) / stepMs))

/** Whether time allows to serve an entry without another look. */
export const isQuickAt = ({ quickUntil }: CacheEntry, now: number): boolean =>
  now < timeBase + stepMs * quickUntil

/** `earlyMs` before its end, a read of a fresh value begins its refresh. */
export function expiryOf({ freshMs, staleMs, keepMs }: Lifetime, now: number, earlyMs: number): Schedule {
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
  expiry: Schedule
}

/** All fields at once: V8 keeps what is added later outside the object. Those that a hit looks at come first. */
export function createEntry({ value, id, group, loadMs, fence, expiry }: EntryParts): CacheEntry {
  return {
    quickUntil: stepsUntil(expiry.refreshAt),
    generation: fence.generation,
    swept: fence.swept,
    marks: fence.marks,
    promise: Promise.resolve(value),
    group,
    asOf: fence.asOf,
    value,
    provedAt: fence.provedAt,
    turn: fence.turn,
    id,
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

/** The expiry with its freshness ended at `at`; its stale windows, of the same length, begin then. Never prolongs. */
export function expiredAt(expiry: Expiry, at: number): Expiry {
  const { freshUntil, staleUntil, keepUntil } = expiry
  if (at >= freshUntil) return expiry
  return {
    freshUntil: at,
    staleUntil: at + (staleUntil - freshUntil),
    keepUntil: at + (keepUntil - freshUntil),
  }
}

/** The same of an entry, in place. */
export function expireEntry(entry: CacheEntry, at: number): void {
  Object.assign(entry, expiredAt(entry, at))
  entry.refreshAt = Math.min(entry.refreshAt, at)
  entry.quickUntil = stepsUntil(entry.refreshAt)
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
