/** One value in the memory tier. Times are milliseconds of the cache's clock. */
export interface CacheEntry {
  readonly value: unknown
  /** Settled with `value`: a hit returns it and allocates nothing. */
  readonly promise: Promise<unknown>
  /** The tag space's stamp from before the load began. */
  readonly asOf: number
  readonly tags: readonly string[]
  freshUntil: number
  /** At `freshUntil` or later: the end of stale-while-revalidate (RFC 5861 §3). */
  staleUntil: number
}

/** How long a value lives once it has arrived, in milliseconds. */
export interface Lifetime {
  ttlMs: number
  staleMs: number
}

/** An entry that arrived at `now`. */
export function createEntry(
  value: unknown,
  origin: { asOf: number; tags: readonly string[] },
  { now, ttlMs, staleMs }: Lifetime & { now: number },
): CacheEntry {
  const freshUntil = now + ttlMs
  return {
    value,
    promise: Promise.resolve(value),
    asOf: origin.asOf,
    tags: origin.tags,
    freshUntil,
    staleUntil: freshUntil + staleMs,
  }
}

/** What time alone says about an entry; its tags are asked elsewhere. */
export function freshness(entry: CacheEntry, now: number): 'fresh' | 'stale' | 'dead' {
  if (now < entry.freshUntil) return 'fresh'
  return now < entry.staleUntil ? 'stale' : 'dead'
}

/** Ends an entry's freshness at `now`; its stale window, of the same length, begins at once. Never prolongs. */
export function expireEntry(entry: CacheEntry, now: number): void {
  if (now >= entry.freshUntil) return
  entry.staleUntil = now + (entry.staleUntil - entry.freshUntil)
  entry.freshUntil = now
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
