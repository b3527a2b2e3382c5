import { Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import type { Db, Schema } from './schema.ts'

/** The tables over a pool; who made the pool closes it. */
export function connect(pool: PostgresPool): Db {
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}
