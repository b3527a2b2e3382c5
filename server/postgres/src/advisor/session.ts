import type { CustomTypesConfig, QueryArrayConfig } from 'pg'
import { openPlain } from './open-plain.ts'

/** One connection to the clone. Values stay text: what is timed is the database, not the decoding. */
export interface Session {
  readonly kind: 'postgres' | 'pglite'
  query<Row = Record<string, unknown>>(sql: string): Promise<Row[]>
  /** Runs a statement and resolves with its time in milliseconds and its rows as arrays of text. */
  run(sql: string, params: readonly unknown[]): Promise<{ ms: number; rows: (string | null)[][] }>
  /**
   * Ends what runs by beginning the database again: the way of the embedded one, which cannot stop a statement. Its
   * transaction is gone, what was committed is kept. Null where statement_timeout does it.
   */
  restart: (() => Promise<void>) | null
  close(): Promise<void>
}

const raw = { getTypeParser: () => (value: string) => value } as unknown as CustomTypesConfig

/** Opens the only connection of the advisor to `target`, a URL or the folder of an embedded database. */
export async function openSession(
  target: { url: string } | { folder: string },
  now: () => number,
): Promise<Session> {
  // Single statements have narrower limits (statement_timeout); building an index has this one.
  const open = async () => {
    const pool = await openPlain({ ...target, statementTimeout: '30m' })
    return { pool, client: await pool.connect() }
  }
  let { pool, client } = await open()
  const close = async () => {
    client.release(true)
    await pool.end()
  }
  const isEmbedded = !('url' in target)
  return {
    kind: isEmbedded ? 'pglite' : 'postgres',
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
    restart: isEmbedded
      ? async () => {
          await close()
          ;({ pool, client } = await open())
        }
      : null,
    close,
  }
}

/** JSON has objects where the database has json or jsonb; lists are arrays to pg already. */
function sendable(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? JSON.stringify(value) : value
}
