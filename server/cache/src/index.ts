export type {
  Cache,
  CacheStats,
  Invalidation,
  InvalidateOptions,
  LoadContext,
  Loader,
  ManyLoader,
  ManyOptions,
} from './cache.ts'
export { createTurnClock, steadyClock } from './clock.ts'
export type { Serializer } from './codec/serializer.ts'
export { createCache } from './create-cache.ts'
export type { CacheEntry } from './entry.ts'
export { cacheErrors } from './errors.ts'
export type { Copy, Explanation } from './explain.ts'
export { compileGlob, matchesGlob } from './glob.ts'
export type { KeyGroup } from './groups.ts'
export { createTagSpace, type TagSpaceOptions } from './local-tag-space.ts'
export type { Fence, Judgement, Mark, Standing } from './marks.ts'
export { createMemoryStore, type MemoryStoreOptions } from './memory-store.ts'
export type { CacheOptions, EntryOptions, ValueOptions } from './options.ts'
export type { Selection } from './selection.ts'
export type { Content, Lease, Lookup, Opening, SharedTier } from './shared/tier.ts'
export { sizeOf } from './size-of.ts'
export type { Store } from './store.ts'
export type { Change, Receipt, TagSpace } from './tag-space.ts'
