export { openDatabase, type Database, type DatabaseResult } from './database.ts'
export { postgresErrors } from './errors.ts'
export type { DatabaseOptions } from './options.ts'
export type { DatabasePool } from './pool.ts'
export type { StatementLimits } from './statement-limits.ts'
export { advisePoolSize, type PoolAdvice, type PoolLoad } from './pool-size.ts'
export type { Leak, PoolStats } from './pool-watch.ts'
export { createBatcher, type BatcherOptions, type LoadMany } from './helpers/batcher.ts'
export {
  bulkDelete,
  bulkInsert,
  bulkUpdate,
  withoutColumns,
  type BulkStatement,
  type ColumnTypes,
} from './helpers/bulk.ts'
