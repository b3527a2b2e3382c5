import { sql } from 'kysely'
import type { DbTransaction, Schema } from '../schema.ts'

/** What a table's columns are sent as: one array each, whatever the number of rows. */
export type ColumnTypes = Readonly<Record<string, string>>

/** Rows of one statement: large enough to be few, small enough to report progress and to stay a modest message. */
const chunkSize = 10_000

/**
 * Inserts rows by unnest, some thousand with each statement: the statement's text is the same for every chunk, and
 * no limit on the number of parameters is in sight.
 */
export async function bulkInsert(
  db: DbTransaction,
  into: { table: keyof Schema; types: ColumnTypes },
  rows: { all: readonly object[]; onChunk: (done: number) => void },
): Promise<void> {
  const columns = Object.keys(into.types)
  const names = sql.join(columns.map((column) => sql.ref(column)))
  for (let start = 0; start < rows.all.length; start += chunkSize) {
    const chunk = rows.all.slice(start, start + chunkSize)
    const arrays = columns.map((column) => {
      const values = chunk.map((row) => (row as Record<string, unknown>)[column])
      return sql`${values}::${sql.raw(arrayType(into.types[column]!))}`
    })
    const values = sql.join(columns.map((column) => sql`${sql.ref(column)}::${sql.raw(into.types[column]!)}`))
    await sql`insert into ${sql.table(into.table)} (${names})
      select ${values} from unnest(${sql.join(arrays)}) as given (${names})`.execute(db)
    rows.onChunk(start + chunk.length)
  }
}

/** JSON travels as text: drivers differ in how they write an array of it. */
const arrayType = (type: string) => (type === 'jsonb' ? 'text[]' : `${type}[]`)
