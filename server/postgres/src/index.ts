export { openDatabase, type Database, type DatabaseResult } from './database.ts'
export { postgresErrors } from './errors.ts'
export type { DatabaseOptions } from './options.ts'
export type { DatabasePool } from './pool.ts'
