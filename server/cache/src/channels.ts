/** The names on which a cache publishes what happened (node:diagnostics_channel; free while nobody listens). */
export const cacheChannels = {
  load: 'hotpath:cache:load',
  invalidate: 'hotpath:cache:invalidate',
} as const

/** One loader that ended: `hotpath:cache:load`. */
export interface CacheLoadMessage {
  namespace: string
  key: string
  durationMs: number
  /** What the loader threw, in words; null when it returned. */
  error: string | null
}

/** One call of invalidate or expire, after it took effect: `hotpath:cache:invalidate`. */
export interface CacheInvalidateMessage {
  namespace: string
  tags: readonly string[]
  keys: readonly string[]
  /** Null where no pattern was given. */
  pattern: string | null
  /** True for invalidate, false for expire. */
  hard: boolean
}
