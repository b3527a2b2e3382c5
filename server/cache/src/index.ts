export { Cacheable } from './cacheable.ts'
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
export type { CallOptions } from './call-options.ts'
export { steadyClock } from './clock.ts'
export type { Serializer } from './codec/serializer.ts'
export { createCache } from './create-cache.ts'
export type { CacheEntry } from './entry.ts'
export { cacheErrors } from './errors.ts'
export type { Copy, Explanation } from './explain.ts'
export { compileGlob, matchesGlob } from './glob.ts'
export type { KeyGroup } from './groups.ts'
export { createTagSpace, type TagSpaceOptions } from './local-tag-space.ts'
export { areQuiet, type Fence, type Judgement, type Mark, type Standing, unreadMarks } from './marks.ts'
export { memoize, type Memoized } from './memoize.ts'
export { createMemoryStore, type MemoryStoreOptions } from './memory-store.ts'
export type { CacheOptions, EntryOptions, ValueOptions } from './options.ts'
export type { Preview } from './preview.ts'
export type { Selection } from './selection.ts'
export { safeName } from './shared/names.ts'
export type { Address, Content, Lease, Lookup, Opening, SharedTier } from './shared/tier.ts'
export { sizeOf } from './size-of.ts'
export type { Store } from './store.ts'
export { invalidationOf, type About, type Change, type Receipt, type TagSpace } from './tag-space.ts'
export { warm, type WarmOptions, type WarmProgress, type WarmResult, type WarmTask } from './warm.ts'
export { createWarmer, type Warmer, type WarmRunOptions } from './warmer.ts'
