import { postgresErrors } from '../errors.ts'

/** A statement and its values, as pg's `query` takes them. */
export interface BulkStatement {
  text: string
  values: unknown[][]
}

/** Columns with their PostgreSQL types: `{ id: 'int', title: 'text' }`. */
export type ColumnTypes = Readonly<Record<string, string>>

/** A type as it may stand in a cast: `numeric(10, 2)`, `timestamp with time zone`, `public.mood`. */
const typeName = /^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?( [a-z]+)*( ?\(\d+(, ?\d+)?\))?$/i

type Row = Readonly<Record<string, unknown>>

/**
 * Inserts any number of rows by one statement with one parameter per column (unnest): the text stays the same whatever
 * their number, and PostgreSQL's limit of 65,535 parameters is never met. No column may be an array itself.
 * @throws HP_BULK_INVALID
 */
export function bulkInsert(table: string, columns: ColumnTypes, rows: readonly Row[]): BulkStatement {
  const names = Object.keys(columns).map(quoted)
  const { source, values } = given(columns, rows)
  return { text: `insert into ${tableName(table)} (${names.join(', ')}) select * from ${source}`, values }
}

/**
 * Updates each row by its key, all by one statement.
 * @throws HP_BULK_INVALID
 */
export function bulkUpdate(
  table: string,
  { key, columns }: { key: string; columns: ColumnTypes },
  rows: readonly Row[],
): BulkStatement {
  const { source, values } = given(columns, rows)
  const changed = Object.keys(columns).filter((name) => name !== key)
  if (!(key in columns) || changed.length === 0) throw invalid('the key and another column are needed')
  const sets = changed.map((name) => `${quoted(name)} = given.${quoted(name)}`)
  const where = `target.${quoted(key)} = given.${quoted(key)}`
  return {
    text: `update ${tableName(table)} as target set ${sets.join(', ')} from ${source} where ${where}`,
    values,
  }
}

/**
 * Deletes rows by their keys, all by one statement.
 * @throws HP_BULK_INVALID
 */
export function bulkDelete(
  table: string,
  { key, type }: { key: string; type: string },
  keys: readonly unknown[],
): BulkStatement {
  return {
    text: `delete from ${tableName(table)} where ${quoted(key)} = any($1::${checked(type)}[])`,
    values: [[...keys]],
  }
}

/** The columns of a select list without those that are large or seldom needed, which are loaded when they are. */
export function withoutColumns(columns: readonly string[], deferred: readonly string[]): string {
  return columns
    .filter((name) => !deferred.includes(name))
    .map(quoted)
    .join(', ')
}

function given(columns: ColumnTypes, rows: readonly Row[]): { source: string; values: unknown[][] } {
  const names = Object.keys(columns)
  if (names.length === 0) throw invalid('no column is named')
  const lists = names.map((name, index) => `$${index + 1}::${checked(columns[name]!)}[]`)
  return {
    source: `unnest(${lists.join(', ')}) as given(${names.map(quoted).join(', ')})`,
    values: names.map((name) => rows.map((row) => (Object.hasOwn(row, name) ? row[name] : null))),
  }
}

const tableName = (name: string) => name.split('.').map(quoted).join('.')
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

function checked(type: string): string {
  if (typeName.test(type)) return type
  throw invalid(`${JSON.stringify(type.slice(0, 60))} is no type`)
}

const invalid = (problem: string) => postgresErrors.HP_BULK_INVALID({ problem })
