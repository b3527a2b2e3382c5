import { postgresErrors } from '../errors.ts'

/** One statement of a workload, with parameters it was really called with. */
export interface WorkloadStatement {
  name: string
  /** How often it runs beside the others: calls, or calls a second. Above 0. */
  weight: number
  sql: string
  /** One list of values per call; `[[]]` for a statement without parameters. */
  params: unknown[][]
  /** Replayed in transactions that are rolled back, and never planned away. */
  write: boolean
}

/**
 * Reads a workload file: one JSON object a line, `{name, weight, sql, params: [[…], …], write?}`; empty lines are
 * skipped. `name` defaults to the line, `weight` to 1, `params` to a single call without values.
 * @throws HP_WORKLOAD_INVALID with the line
 */
export function parseWorkload(text: string): WorkloadStatement[] {
  const statements = text
    .split(/\r?\n/)
    .flatMap((line, index) => (line.trim() === '' ? [] : [readLine(line, index + 1)]))
  if (statements.length > 0) return statements
  throw postgresErrors.HP_WORKLOAD_INVALID({ line: 1, problem: 'it holds no statement' })
}

function readLine(text: string, line: number): WorkloadStatement {
  const invalid = (problem: string): Error => postgresErrors.HP_WORKLOAD_INVALID({ line, problem })
  let given: unknown
  try {
    given = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw invalid((error as Error).message)
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw invalid('it is no JSON object')
  const {
    name = `line ${line}`,
    weight = 1,
    sql,
    params = [[]],
    write = false,
  } = given as Record<string, unknown>
  if (typeof sql !== 'string' || sql.trim() === '') throw invalid('sql is no text')
  if (typeof weight !== 'number' || !Number.isFinite(weight) || weight <= 0)
    throw invalid('weight is no number above 0')
  if (typeof name !== 'string') throw invalid('name is no text')
  if (!Array.isArray(params) || !params.every((one) => Array.isArray(one)))
    throw invalid('params is no list of lists')
  const calls = params.length === 0 ? [[]] : (params as unknown[][])
  return { name, weight, sql: sql.trim().replace(/;\s*$/, ''), params: calls, write: write === true }
}

/** `count` of the calls, evenly spaced, the first and last included: a file is often sorted by what matters. */
export function spread<T>(values: readonly T[], count: number): T[] {
  if (values.length <= count) return [...values]
  if (count === 1) return [values[Math.floor(values.length / 2)]!]
  return Array.from(
    { length: count },
    (_, index) => values[Math.round((index * (values.length - 1)) / (count - 1))]!,
  )
}
