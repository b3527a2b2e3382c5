import { httpErrors } from '../errors.ts'

/** A query as frameworks hand it over: a URL or its query as text, parsed parameters, or an object of them. */
export type QuerySource = string | URLSearchParams | Readonly<Record<string, unknown>>

/** The client's mistake: frameworks that know `statusCode` answer 400. */
export interface BadRequest extends Error {
  readonly statusCode: 400
}

/**
 * The one value of a parameter; undefined where it is not given.
 * @throws HP_PAGE_INVALID when it is given twice, or as something else than a text
 */
export function parameterOf(query: QuerySource, name: string): string | undefined {
  const given = valuesOf(query, name)
  if (given.length === 0) return undefined
  const [value] = given
  if (given.length === 1 && typeof value === 'string') return value
  throw badParameter({
    name,
    given: `${given.length} values`,
    why: 'It has one value.',
    fix: 'Give it once.',
  })
}

function valuesOf(query: QuerySource, name: string): readonly unknown[] {
  if (typeof query === 'string') return new URLSearchParams(queryOf(query)).getAll(name)
  if (query instanceof URLSearchParams) return query.getAll(name)
  return Object.hasOwn(query, name) && query[name] !== undefined ? [query[name]].flat() : []
}

function queryOf(text: string): string {
  const mark = text.indexOf('?')
  return mark === -1 && text.startsWith('/') ? '' : text.slice(mark + 1)
}

/** An error about one parameter; `given` is shortened, for it comes back in the answer. */
export function badParameter(values: { name: string; given: string; why: string; fix: string }): BadRequest {
  const { given } = values
  const shown = given.length > 40 ? `${given.slice(0, 40)}…` : given
  return Object.assign(httpErrors.HP_PAGE_INVALID({ ...values, given: shown }), { statusCode: 400 as const })
}

/**
 * A whole number from `least` to `most`.
 * @throws HP_PAGE_INVALID
 */
export function wholeNumber(
  query: QuerySource,
  name: string,
  { least, most, otherwise }: { least: number; most: number; otherwise: number },
): number {
  const given = parameterOf(query, name)
  if (given === undefined) return otherwise
  const value = /^\d{1,15}$/.test(given) ? Number(given) : NaN
  if (value >= least && value <= most) return value
  throw badParameter({
    name,
    given: JSON.stringify(given),
    why: `It is a whole number from ${least} to ${most}.`,
    fix: `Leave it out for ${otherwise}.`,
  })
}
