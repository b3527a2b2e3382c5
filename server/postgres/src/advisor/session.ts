import type { PoolClient } from 'pg'
import { type Database, openDatabase } from '../database.ts'

/** One connection to the clone. Values stay text: what is timed is the database, not the decoding. */
export interface Session {
  readonly kind: Database['kind']
  query<Row = Record<string, unknown>>(sql: string): Promise<Row[]>
  /** Runs a statement and resolves with its time in milliseconds and its rows as arrays of text. */
  run(sql: string, params: readonly unknown[]): Promise<{ ms: number; rows: (string | null)[][] }>
  close(): Promise<void>
}

const raw = { getTypeParser: () => (value: string) => value }

/** Opens the only connection of the advisor to `target`, a URL or the folder of an embedded database. */
export async function openSession(
  target: { url: string } | { folder: string },
  now: () => number,
): Promise<Session> {
  const database = await openDatabase({
    ...target,
    poolSize: 1,
    applicationName: 'hotpath advisor',
    // Single statements have narrower limits (statement_timeout); building an index has this one.
    statementTimeout: '30m',
    closeTimeout: '1s',
  })
  let client: PoolClient = await database.pool.connect()
  return {
    kind: database.kind,
    async query<Row>(sql: string): Promise<Row[]> {
      const { rows } = await client.query(sql)
      return rows as Row[]
    },
    async run(sql, params) {
      const startedAt = now()
      const result = await client.query({
        text: sql,
        values: params.map(sendable),
        rowMode: 'array',
        types: raw,
      } as never)
      return { ms: now() - startedAt, rows: (result as { rows: (string | null)[][] }).rows }
    },
    async close() {
      client.release(true)
      await database.close()
    },
  }
}

/** JSON has objects where the database has json or jsonb; lists are arrays to pg already. */
function sendable(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? JSON.stringify(value) : value
}
