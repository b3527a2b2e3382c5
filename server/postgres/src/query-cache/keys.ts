import type { Database } from '../database.ts'
import { postgresErrors } from '../errors.ts'
import type { Written } from '../writes/watch-writes.ts'
import type { Schema } from './dependencies.ts'
import { keyUse } from './key-columns.ts'

/** Key columns by table, as `schema.name` or as it is found on the search path. */
export type KeyColumns = Readonly<Record<string, string>>

/** The rows that statements are about, where their tables have a declared key column. */
export interface Keys {
  /** Null where a statement is about other rows, too, or nobody can tell. */
  find(
    text: string,
    values: readonly unknown[] | undefined,
  ): { table: string; column: string; value: string } | null
  ofWrite(written: Written): { column: string; value: string } | null
}

const typing = `
  select t.typname as type from pg_attribute a join pg_type t on t.oid = a.atttypid
  where a.attrelid = to_regclass($1) and a.attname = $2 and not a.attisdropped`

/** Types whose equal values are equal texts, for the values that are taken below. */
const plainTypes = new Set(['int2', 'int4', 'int8', 'uuid', 'text', 'varchar'])

/** Values that every such type writes as they are given. */
const plainValue = /^(0|-?[1-9]\d{0,18}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

const maxTexts = 2_000

/** @throws HP_DATABASE_OPTION_INVALID for a column that there is not, or of another type */
export async function openKeys(
  database: Pick<Database, 'query'>,
  given: KeyColumns,
  schema: () => Schema,
): Promise<Keys> {
  const columns = new Map<string, string>()
  for (const [table, column] of Object.entries(given)) {
    const { rows } = await database.query<{ type: string }>(typing, [table, column])
    const relation = schema().relations.find(table)
    if (!relation || !plainTypes.has(rows[0]?.type ?? '')) throw notUsable(table, column, rows[0]?.type)
    columns.set(relation.name, column)
  }
  const { loadModule, parseSync } = await import('libpg-query')
  await loadModule()
  const uses = new Map<string, ReturnType<typeof keyUse>>()

  function useOf(text: string): ReturnType<typeof keyUse> {
    const known = uses.get(text)
    if (known !== undefined) return known
    const use = parse(text)
    if (uses.size >= maxTexts) uses.clear()
    uses.set(text, use)
    return use
  }

  function parse(text: string): ReturnType<typeof keyUse> {
    try {
      return keyUse(parseSync(text), (table) => columns.get(schema().relations.find(table)?.name ?? ''))
    } catch {
      return null
    }
  }

  function find(text: string, values: readonly unknown[] | undefined) {
    if (columns.size === 0) return null
    const use = useOf(text)
    const value = use && String(values?.[use.parameter - 1])
    const table = use && schema().relations.find(use.table)
    if (!use || !table || !plainValue.test(value!)) return null
    return { table: table.name, column: use.column, value: value! }
  }

  return { find, ofWrite: ({ text, values }) => find(text, values) }
}

function notUsable(table: string, column: string, type: string | undefined): Error {
  return postgresErrors.HP_DATABASE_OPTION_INVALID({
    option: 'keys',
    given: `${table}.${column}`,
    problem: type
      ? `Its type is ${type}; equal values must be equal texts: ${[...plainTypes].join(', ')}.`
      : 'There is no such column.',
  })
}
