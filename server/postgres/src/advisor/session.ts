import type { CustomTypesConfig, QueryArrayConfig } from 'pg'
import { openPlain } from './open-plain.ts'

/** One connection to the clone. Values stay text: what is timed is the database, not the decoding. */
export interface Session {
  readonly kind: 'postgres' | 'pglite'
  query<Row = Record<string, unknown>>(sql: string): Promise<Row[]>
  /** Runs a statement and resolves with its time in milliseconds and its rows as arrays of text. */
  run(sql: string, params: readonly unknown[]): Promise<{ ms: number; rows: (string | null)[][] }>
  close(): Promise<void>
}

const raw = { getTypeParser: () => (value: string) => value } as unknown as CustomTypesConfig

/** Opens the only connection of the advisor to `target`, a URL or the folder of an embedded database. */
export async function openSession(
  target: { url: string } | { folder: string },
  now: () => number,
): Promise<Session> {
  // Single statements have narrower limits (statement_timeout); building an index has this one.
  const pool = await openPlain({ ...target, statementTimeout: '30m' })
  const client = await pool.connect()
  return {
    kind: 'url' in target ? 'postgres' : 'pglite',
    async query<Row>(sql: string): Promise<Row[]> {
      const { rows } = await client.query(sql)
      return rows as Row[]
    },
    async run(sql, params) {
      const startedAt = now()
      const call: QueryArrayConfig = { text: sql, values: params.map(sendable), rowMode: 'array', types: raw }
      const { rows } = await client.query<(string | null)[]>(call)
      return { ms: now() - startedAt, rows }
    },
    async close() {
      client.release(true)
      await pool.end()
    },
  }
}

/** JSON has objects where the database has json or jsonb; lists are arrays to pg already. */
function sendable(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? JSON.stringify(value) : value
}
