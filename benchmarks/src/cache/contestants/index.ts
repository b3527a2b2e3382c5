import type { Enter } from './contestant.ts'

/**
 * Each is loaded in the process that measures it and nowhere else: what one makes of the engine's inline caches and of
 * the heap is its own affair.
 */
const contestants = {
  hotpath: async () => (await import('./hotpath.ts')).hotpath,
  bentocache: async () => (await import('./bentocache.ts')).bentocache,
  cacheable: async () => (await import('./cacheable.ts')).cacheable,
  'cache-manager': async () => (await import('./cache-manager.ts')).cacheManager,
  cachified: async () => (await import('./cachified.ts')).cachified,
  map: async () => (await import('./bare.ts')).map,
  'node-redis': async () => (await import('./bare.ts')).nodeRedis,
  ioredis: async () => (await import('./bare.ts')).ioredis,
} satisfies Record<string, () => Promise<Enter>>

export type ContestantName = keyof typeof contestants

/** The caches that keep values in memory over Redis. */
export const twoTiers = ['bentocache', 'cacheable', 'cache-manager'] as const
/** All caches that load and expire; cachified has one tier. */
export const fullCaches = [...twoTiers, 'cachified'] as const

export const enter = (name: ContestantName): Promise<Enter> => contestants[name]()
