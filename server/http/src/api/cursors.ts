import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createKeyset, type Keyset, type KeysetColumn, type KeysetPosition } from './keyset.ts'
import { linkTo, pageDefaults } from './pages.ts'
import { badParameter, parameterOf, type QuerySource, wholeNumber } from './query.ts'

export interface CursorOptions {
  /** What orders the list; the last column has no ties. */
  keys: readonly KeysetColumn[]
  /** Signs cursors, so that nobody can look behind values that were never shown. @default unsigned: only their form is checked */
  secret?: string | Buffer
  /** @default 20 */
  limit?: number
  /** @default 100 */
  maxLimit?: number
}

/** What a request asks of a list, by a place between two rows. */
export interface CursorRequest extends KeysetPosition {
  readonly limit: number
}

/** A page of a list that has no numbers. */
export interface CursorPage<T> {
  readonly data: readonly T[]
  readonly pagination: {
    readonly limit: number
    readonly hasNext: boolean
    readonly hasPrev: boolean
    /** For `after`; null at the end. */
    readonly next: string | null
    /** For `before`; null at the beginning. */
    readonly prev: string | null
  }
}

/**
 * Pages by cursor: rows that are added or removed elsewhere neither repeat nor hide a row. A cursor is opaque to clients,
 * holds the ordering values of one row, and is good for lists of the same order alone.
 */
export interface Cursors extends Pick<Keyset, 'where' | 'orderBy'> {
  /**
   * Reads `limit`, and `after` or `before`.
   * @throws HP_PAGE_INVALID, which carries statusCode 400
   */
  read(query: QuerySource): CursorRequest
  /** Rows to ask the database for: one more than the page, to see whether there is another. */
  rows(request: CursorRequest): number
  /** The answer, of rows in the order of `orderBy`: of the extra one and, read backwards, of their turn it takes care. */
  page<T extends object>(rows: readonly T[], request: CursorRequest): CursorPage<T>
  /** The Link header of a page (RFC 8288): prev and next. */
  links(url: string, page: CursorPage<unknown>): string
}

type Value = string | number | boolean

const longestCursor = 1_024
/** Of the signature, in bytes: a guess succeeds once in 2^128. */
const tagBytes = 16

/**
 * Makes the pages of one list.
 * @throws HP_KEYSET_INVALID
 */
export function createCursors(options: CursorOptions): Cursors {
  const { limit: otherwise, maxLimit, secret } = { ...pageDefaults, secret: null, ...options }
  const keyset = createKeyset(options.keys)
  const { columns } = keyset
  /** A cursor of another list, or of another order, points nowhere here. */
  const list = columns.map(({ column, order }) => `${column} ${order}`).join(',')
  const sign = (text: string): Buffer =>
    createHmac('sha256', secret ?? '')
      .update(`${list}\n${text}`)
      .digest()
      .subarray(0, tagBytes)

  function write(row: object): string {
    const values = columns.map(({ property }) => valueOf(row, property))
    const text = JSON.stringify(values)
    return `${sign(text).toString('base64url')}.${Buffer.from(text).toString('base64url')}`
  }

  function readCursor(name: 'after' | 'before', given: string): readonly Value[] {
    const [tag = '', content = ''] = given.length <= longestCursor ? given.split('.', 2) : []
    const text = Buffer.from(content, 'base64url').toString('utf8')
    const presented = Buffer.from(tag, 'base64url')
    const values =
      presented.length === tagBytes && timingSafeEqual(presented, sign(text))
        ? parse(text, columns.length)
        : undefined
    if (values) return values
    throw badParameter({
      name,
      given: JSON.stringify(given),
      why: 'It is a cursor that an earlier page of this list gave, in the same order.',
      fix: 'Leave it out to begin anew.',
    })
  }

  return {
    where: keyset.where,
    orderBy: keyset.orderBy,
    read(query) {
      const limit = wholeNumber(query, 'limit', { least: 1, most: maxLimit, otherwise })
      const after = parameterOf(query, 'after')
      const before = parameterOf(query, 'before')
      if (after !== undefined && before !== undefined) {
        const why = 'A page lies after one row or before one.'
        throw badParameter({ name: 'before', given: 'given beside "after"', why, fix: 'Give one of them.' })
      }
      if (before !== undefined) return { limit, values: readCursor('before', before), isBackward: true }
      return {
        limit,
        values: after === undefined ? undefined : readCursor('after', after),
        isBackward: false,
      }
    },
    rows: ({ limit }) => limit + 1,
    page(rows, { limit, values, isBackward }) {
      const hasMore = rows.length > limit
      const shown = rows.slice(0, limit)
      const data = isBackward ? shown.toReversed() : shown
      const hasNext = isBackward || hasMore
      const hasPrev = isBackward ? hasMore : values !== undefined
      const [first, last] = [data[0], data.at(-1)]
      const next = hasNext && last !== undefined ? write(last) : null
      const prev = hasPrev && first !== undefined ? write(first) : null
      return { data, pagination: { limit, hasNext: next !== null, hasPrev: prev !== null, next, prev } }
    },
    links(url, { pagination: { limit, next, prev } }) {
      const to = (after: string | null, before: string | null) =>
        linkTo(url, { limit: String(limit), after, before })
      const links = []
      if (prev !== null) links.push(`<${to(null, prev)}>; rel="prev"`)
      if (next !== null) links.push(`<${to(next, null)}>; rel="next"`)
      return links.join(', ')
    },
  }
}

function valueOf(row: object, property: string): Value {
  const value: unknown = Object.hasOwn(row, property) ? row[property as keyof typeof row] : undefined
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'bigint') return String(value)
  if (isValue(value)) return value
  throw new TypeError(
    `A row has no ${property} to continue from: it is ${value === null ? 'null' : typeof value}.`,
  )
}

function parse(text: string, length: number): readonly Value[] | undefined {
  try {
    const values: unknown = JSON.parse(text)
    return Array.isArray(values) && values.length === length && values.every(isValue) ? values : undefined
  } catch {
    return undefined
  }
}

const isValue = (value: unknown): value is Value =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value))
