/**
 * The port of a memory tier: a map bounded in entries and bytes that chooses what to evict. Synchronous.
 * It knows nothing of time, tags or loads.
 */
export interface Store<V> {
  /** Counts as a use, for the choice of what to evict. */
  get(key: string): V | undefined
  /** Does not count as a use. */
  peek(key: string): V | undefined
  /**
   * Keeps `value`, evicting others as needed. One that is larger than the whole bound is not kept, and what was
   * stored under its key is dropped. Whether it is kept.
   * @throws HP_CACHE_SIZE_INVALID
   */
  set(key: string, value: V, bytes: number): boolean
  /** Whether there was one. */
  delete(key: string): boolean
  clear(): void
  keys(): Iterable<string>
  entries(): Iterable<[string, V]>
  size(): number
  /** The sum of the `bytes` given to `set`. */
  bytes(): number
  /** How many were dropped for want of room since the start; deleted and replaced ones do not count. */
  evictions(): number
}
