import type { QueryResultRow } from 'pg'
import { type DatabaseOptions, readDatabaseOptions } from './options.ts'
import { explainEmbedded } from './pglite/explain.ts'
import { openEmbeddedPool } from './pglite/open.ts'
import type { DatabasePool } from './pool.ts'
import { openServerPool } from './server.ts'
import type { StatementLimits } from './statement-limits.ts'
import { type Tap, tapPool } from './tap/index.ts'
import { explainOnSide } from './tap/side-connection.ts'

/** One database, be it a server or embedded: the same driver, the same results, the same errors. */
export interface Database {
  /** `pglite` is embedded: one session, so one transaction at a time. */
  readonly kind: 'postgres' | 'pglite'
  /** A pg.Pool, as Kysely's PostgresDialect, Drizzle or Prisma's adapter takes it. Ending it closes the database. */
  readonly pool: DatabasePool
  /**
   * Runs one statement on any connection; of several statements in one text, the last one's result is returned.
   * `limits` end it earlier than statementTimeout: by a deadline, or when a signal is aborted.
   * @throws DatabaseError of pg with its SQLSTATE in `code`; HP_STATEMENT_TIMEOUT, HP_STATEMENT_CANCELLED, HP_CONNECTION_LOST and what
   * `pool.connect` throws
   */
  query<Row = QueryResultRow>(
    sql: string,
    params?: readonly unknown[],
    limits?: StatementLimits,
  ): Promise<DatabaseResult<Row>>
  /** What was seen of its statements. */
  readonly tap: Tap
  /** Callers waiting for a connection. */
  waiting(): number
  /** Refuses new callers, waits for running statements up to closeTimeout, then lets go of everything. May be repeated. */
  close(): Promise<void>
}

export interface DatabaseResult<Row> {
  rows: Row[]
  /** Rows returned or affected; 0 for statements that count none. */
  rowCount: number
  /** The command as the server names it: `SELECT`, `INSERT`, `CREATE`. */
  command: string
}

/**
 * Opens the database: with `url` a pool of connections to a server, else PostgreSQL embedded, in a process of its own.
 * @throws HP_DATABASE_OPTION_INVALID, HP_DATABASE_URL_INVALID, HP_DATABASE_UNREACHABLE, HP_DATABASE_REFUSED,
 * HP_DATABASE_LOCKED, HP_DATABASE_FOLDER_UNUSABLE
 */
export async function openDatabase(options: DatabaseOptions = {}): Promise<Database> {
  const settings = readDatabaseOptions(options)
  const { url } = settings
  const pool = url === null ? await openEmbeddedPool(settings) : await openServerPool(url, settings)
  const explain = url === null ? explainEmbedded(pool) : explainOnSide(pool.options)
  const { seenBy } = settings
  const tap = tapPool(pool, { ...settings.tap, explain, ...(seenBy && { seenBy }) })
  return {
    kind: url === null ? 'pglite' : 'postgres',
    pool,
    tap,
    async query<Row>(
      sql: string,
      params: readonly unknown[] = [],
      limits?: StatementLimits,
    ): Promise<DatabaseResult<Row>> {
      const asked = limits ? { text: sql, ...limits } : sql
      const result = await pool.query(asked as string, params as unknown[])
      const { rows, rowCount, command } = [result].flat().at(-1)!
      return { rows, rowCount: rowCount ?? 0, command }
    },
    waiting: () => pool.waitingCount,
    async close() {
      const ended = pool.end()
      if (tap !== seenBy) await tap.close()
      await ended
    },
  }
}
