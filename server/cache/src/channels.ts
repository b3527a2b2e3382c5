/** The names on which a cache publishes what happened (node:diagnostics_channel; free while nobody listens). */
export const cacheChannels = {
  read: 'hotpath:cache:read',
  load: 'hotpath:cache:load',
  invalidate: 'hotpath:cache:invalidate',
} as const

/**
 * One getOrLoad that memory could not answer at once, when its value is there: `hotpath:cache:read`. Published in the
 * context of its caller.
 */
export interface CacheReadMessage {
  namespace: string
  /** The key's group: the part of it that says nothing of whose it is. */
  group: string
  durationMs: number
  /** `found`: in memory or Redis; `loaded`: by its own loader; `waited`: what another caller's loader brought. */
  outcome: 'found' | 'loaded' | 'waited'
  /** It was rejected. */
  failed: boolean
}

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
