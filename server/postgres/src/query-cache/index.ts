export type { KeyColumns } from './keys.ts'
export {
  createQueryCache,
  type CachedQueryOptions,
  type QueryCache,
  type QueryCacheOptions,
} from './query-cache.ts'
export {
  installedTriggers,
  installStatements,
  removeStatements,
  runTogether,
  type WatchedTable,
  watchableTables,
} from './triggers.ts'
