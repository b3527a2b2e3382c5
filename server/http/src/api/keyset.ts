import { httpErrors } from '../errors.ts'

/** One column that orders a list. */
export interface KeysetColumn {
  /** As it stands in SQL: `created_at`, `questions.created_at`, `"createdAt"`. */
  readonly column: string
  /** @default 'asc' */
  readonly order?: 'asc' | 'desc'
  /** The property of a row that holds it. @default the column, without its table and quotes */
  readonly property?: string
  /**
   * The SQL type of its parameter: `timestamptz`, `bigint`. A cursor holds dates as texts, and a JavaScript date has
   * fewer digits than a timestamp of Postgres: select `created_at::text` beside it and name that as the property.
   */
  readonly type?: string
}

/** What orders the rows, and where a page begins. */
export interface KeysetPosition {
  /** Undefined at an end of the list. */
  readonly values: readonly (string | number | boolean)[] | undefined
  /** The page stands before those values: it is read backwards. */
  readonly isBackward: boolean
}

/** SQL text with its parameters. */
export interface SqlPart {
  readonly sql: string
  readonly params: readonly (string | number | boolean)[]
}

export interface SqlForm {
  /** The first parameter's number. @default 1 */
  firstParameter?: number
  /** `$1` of Postgres, or `?`. @default '$' */
  placeholder?: '$' | '?'
}

/** Columns that order a list, checked. Values must not be null: in SQL they compare with nothing. */
export interface Keyset {
  readonly columns: readonly Required<Pick<KeysetColumn, 'column' | 'order' | 'property'>>[]
  /** `created_at desc, id desc`, turned around where the page is read backwards. */
  orderBy(position: KeysetPosition): string
  /** The rows beyond a position; `true` at an end of the list. */
  where(position: KeysetPosition, form?: SqlForm): SqlPart
}

const identifier = /^(?:[a-z_]\w*|"[^"]+")(?:\.(?:[a-z_]\w*|"[^"]+")){0,2}$/i
const sqlType = /^[a-z][a-z0-9 ]*(?:\(\d+(?:, ?\d+)?\))?(?:\[\])?$/i

/**
 * Checks the columns, of which the last must have no ties (an id).
 * @throws HP_KEYSET_INVALID
 */
export function createKeyset(keys: readonly KeysetColumn[]): Keyset {
  if (keys.length === 0) throw httpErrors.HP_KEYSET_INVALID({ problem: 'there are none' })
  for (const { column, type = 'text' } of keys) {
    if (!identifier.test(column)) fail(`${JSON.stringify(column)} is not the name of a column`)
    if (!sqlType.test(type)) fail(`${JSON.stringify(type)} is not the name of a type`)
  }
  const columns = keys.map(({ column, order = 'asc', property = nameOf(column), type = '' }) => ({
    column,
    order,
    property,
    type,
  }))
  const isForward = (index: number, isBackward: boolean) => (columns[index]!.order === 'asc') !== isBackward
  const isUniform = columns.every(({ order }) => order === columns[0]!.order)

  return {
    columns,
    orderBy: ({ isBackward }) =>
      columns
        .map(({ column }, index) => `${column} ${isForward(index, isBackward) ? 'asc' : 'desc'}`)
        .join(', '),
    where({ values, isBackward }, { firstParameter = 1, placeholder = '$' } = {}) {
      if (values === undefined) return { sql: 'true', params: [] }
      const params: (string | number | boolean)[] = []
      const value = (index: number) => {
        // Each `?` takes its own parameter; `$1` may stand for one several times.
        if (placeholder === '?') params.push(values[index]!)
        const { type } = columns[index]!
        const mark = placeholder === '?' ? '?' : `$${firstParameter + index}`
        return type === '' ? mark : `cast(${mark} as ${type})`
      }
      const sign = (index: number) => (isForward(index, isBackward) ? '>' : '<')
      const names = columns.map(({ column }) => column)
      const sql = isUniform
        ? `(${names.join(', ')}) ${sign(0)} (${names.map((_, index) => value(index)).join(', ')})`
        : alternatives(names, sign, value)
      return { sql, params: placeholder === '?' ? params : values }
    },
  }
}

/** Where the orders differ there is no comparison of rows: beyond in the first, or equal there and beyond in the next. */
function alternatives(
  names: readonly string[],
  sign: (index: number) => string,
  value: (index: number) => string,
): string {
  const cases = names.map((name, index) => {
    const equal = names.slice(0, index).map((before, at) => `${before} = ${value(at)}`)
    return `(${[...equal, `${name} ${sign(index)} ${value(index)}`].join(' and ')})`
  })
  return `(${cases.join(' or ')})`
}

function nameOf(column: string): string {
  const last = /"([^"]+)"$|(\w+)$/.exec(column)!
  return last[1] ?? last[2]!
}

function fail(problem: string): never {
  throw httpErrors.HP_KEYSET_INVALID({ problem })
}
