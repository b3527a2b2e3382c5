import type { Batchable } from './batchable.ts'
import type { StatementFacts } from './facts.ts'

/**
 * One statement for what a repetition asks one by one: the condition on the parameter that varies takes a list, and the
 * column comes with each row, so that rows can be told apart. Where the rows of one value belong together (LIMIT,
 * aggregates) the statement is run for each value of the list, on the server. Null where neither can be told from the
 * text, or where more than one parameter varies.
 */
export function batchQuery(facts: StatementFacts | null, varying: readonly number[]): string | null {
  if (facts?.kind !== 'read' || varying.length !== 1) return null
  const condition = facts.batchable.find(({ parameter }) => parameter === varying[0])
  if (!condition) return null
  const uses = facts.sql.match(pattern(condition.parameter))?.length ?? 0
  if (uses !== 1) return null
  return condition.each ? forEach(facts.sql, condition, condition.each.table) : withList(facts.sql, condition)
}

function withList(sql: string, { parameter, column, columnMissing }: Batchable): string {
  const list = sql.replace(pattern(parameter), () => `any($${parameter})`)
  return columnMissing ? list.replace(/^(\s*select)\b/i, (select) => `${select} ${column},`) : list
}

function forEach(sql: string, { parameter, column }: Batchable, table: string): string {
  const one = sql.replace(pattern(parameter), 'given.value').replace(/;\s*$/, '')
  const values = `select distinct ${column} as value from ${table} where ${column} = any($${parameter})`
  return `select given.value, batch.* from (${values}) as given cross join lateral (${one}) as batch`
}

const pattern = (parameter: number) => new RegExp(`\\$${parameter}(?!\\d)`, 'g')
