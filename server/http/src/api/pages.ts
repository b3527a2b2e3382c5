import { type QuerySource, wholeNumber } from './query.ts'

/** What a request asks of a list, by the number of the page. */
export interface PageRequest {
  /** Counted from 1. */
  readonly page: number
  /** Rows of a page. */
  readonly limit: number
  /** Rows before it: what SQL calls OFFSET. */
  readonly offset: number
}

export interface PageLimits {
  /** @default 20 */
  limit?: number
  /** @default 100 */
  maxLimit?: number
  /** Deepest row that may be asked for; a database walks over all rows before it. @default 100_000 */
  maxOffset?: number
}

export const pageDefaults = { limit: 20, maxLimit: 100, maxOffset: 100_000 } as const satisfies PageLimits

/** A page of a list. */
export interface Page<T> {
  readonly data: readonly T[]
  readonly pagination: {
    readonly page: number
    readonly limit: number
    readonly total: number
    readonly totalPages: number
    readonly hasNext: boolean
    readonly hasPrev: boolean
  }
}

/**
 * Reads `page` and `limit`.
 * @throws HP_PAGE_INVALID, which carries statusCode 400
 */
export function readPage(query: QuerySource, limits: PageLimits = {}): PageRequest {
  const { limit: otherwise, maxLimit, maxOffset } = { ...pageDefaults, ...limits }
  const limit = wholeNumber(query, 'limit', { least: 1, most: maxLimit, otherwise })
  const most = Math.floor(maxOffset / limit) + 1
  const page = wholeNumber(query, 'page', { least: 1, most, otherwise: 1 })
  return { page, limit, offset: (page - 1) * limit }
}

/** The answer: these rows, and where they stand among `total`. */
export function pageOf<T>(rows: readonly T[], { page, limit }: PageRequest, total: number): Page<T> {
  const totalPages = Math.ceil(total / limit)
  const hasPrev = page > 1 && total > 0
  return { data: rows, pagination: { page, limit, total, totalPages, hasNext: page < totalPages, hasPrev } }
}

/** The Link header of a page (RFC 8288): first, prev, next and last, with the other parameters as they were. */
export function pageLinks(url: string, { pagination }: Page<unknown>): string {
  const { page, limit, totalPages, hasNext, hasPrev } = pagination
  const last = Math.max(1, totalPages)
  const to = (number: number) => linkTo(url, { page: String(number), limit: String(limit) })
  const links = [`<${to(1)}>; rel="first"`]
  if (hasPrev) links.push(`<${to(Math.min(page - 1, last))}>; rel="prev"`)
  if (hasNext) links.push(`<${to(page + 1)}>; rel="next"`)
  return [...links, `<${to(last)}>; rel="last"`].join(', ')
}

/** `url` with these parameters, and without those that are null. Percent-encoded, so that no header can be ended by it. */
export function linkTo(url: string, parameters: Readonly<Record<string, string | null>>): string {
  const parsed = URL.parse(url, 'http://relative.invalid')
  if (parsed === null) return '/'
  for (const [name, value] of Object.entries(parameters)) {
    if (value === null) parsed.searchParams.delete(name)
    else parsed.searchParams.set(name, value)
  }
  const target = `${parsed.pathname}${parsed.search}`
  return parsed.hostname === 'relative.invalid' ? target : `${parsed.origin}${target}`
}
