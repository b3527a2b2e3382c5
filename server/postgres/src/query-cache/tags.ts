/** Everything that the query cache keeps depends on it: for changes that nobody can name. */
export const anyTable = 'table:*'

/** Of results that depend on a whole table. */
export const tableTag = (table: string) => `table:${table}`

/** Of results that depend on the rows of one key alone: all of them, for writes whose keys are not known. */
export const keysTag = (table: string) => `table:${table}:keys`

/** Of results that depend on the rows of one key alone. */
export const keyTag = (table: string, column: string, value: string) => `table:${table}:${column}=${value}`

/** What a change to a table invalidates; `keys` null where it is not known which rows changed. */
export function changeTags(
  table: string,
  keys: { column: string; values: readonly string[] } | null,
): string[] {
  if (!keys) return [tableTag(table), keysTag(table)]
  return [tableTag(table), ...keys.values.map((value) => keyTag(table, keys.column, value))]
}
