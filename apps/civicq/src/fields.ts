import { invalidField, notFound, Problem } from './problem.ts'

/** What a body or a query holds, before anything is known of it. */
export type Fields = Readonly<Record<string, unknown>>

/** @throws Problem 400 unless the body is a JSON object */
export function readBody(body: unknown): Fields {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Fields
  throw new Problem(400, 'The body must be a JSON object, sent as application/json.')
}

/**
 * A text of `least` to `most` characters, without the spaces around it. Characters that no text has and that the
 * database refuses (NUL, halves of a pair) are refused here.
 * @throws Problem 400
 */
export function readText(
  fields: Fields,
  field: string,
  { least, most }: { least: number; most: number },
): string {
  const value = fields[field]
  if (typeof value !== 'string') throw invalidField(field, 'must be a text')
  const text = value.trim()
  const length = characters(text)
  if (!/[^\p{Z}\p{C}]/u.test(text)) throw invalidField(field, 'must hold something that can be seen')
  if (length < least || length > most) {
    throw invalidField(field, `must have from ${least} to ${most} characters, not ${length}`)
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (!text.isWellFormed() || /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text)) {
    throw invalidField(field, 'holds characters that cannot be stored')
  }
  return text
}

/** One of a few values, of the same type. @throws Problem 400 */
export function readChoice<const T extends string | number>(
  fields: Fields,
  field: string,
  choices: readonly T[],
): T {
  const value = fields[field]
  if (choices.includes(value as T)) return value as T
  throw invalidField(field, `must be one of ${choices.join(', ')}`)
}

/** A whole number of a query, which is a text there; the fallback where it is left out. @throws Problem 400 */
export function readWhole(
  fields: Fields,
  field: string,
  { least, most, fallback }: { least: number; most: number; fallback?: number },
): number {
  const value = fields[field] ?? fallback?.toString()
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN
  if (number >= least && number <= most) return number
  throw invalidField(field, `must be a whole number from ${least} to ${most}`)
}

/** The id of a path. @throws Problem 404: what is not an id names nothing */
export function readId(text: string, what: string): number {
  const id = /^[1-9]\d{0,9}$/.test(text) ? Number(text) : Infinity
  if (id <= largestId) return id
  throw notFound(what)
}

/** The slug of a path. @throws Problem 404 */
export function readSlug(text: string, what: string): string {
  if (/^[a-z0-9-]{1,80}$/.test(text)) return text
  throw notFound(what)
}

/** The largest `int` of Postgres. */
export const largestId = 2 ** 31 - 1

/** Characters as people count them, near enough: an emoji outside the first plane is one. */
function characters(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}
