import type { IncomingHttpHeaders } from 'node:http'
import { type Validators, httpDate } from './conditional.ts'

/** The bytes of a body that a request asks for, both ends included; null where it has no such bytes. */
export type ByteRange = { readonly first: number; readonly last: number } | null

/**
 * The part of a body that a request is answered with (RFC 9110 §14.2); undefined where that is the whole body: it asks
 * for none, in a way that cannot be read, for several at once, or only if the body is still another one (If-Range).
 */
export function rangeOf(
  headers: IncomingHttpHeaders,
  length: number,
  validators: Validators,
): ByteRange | undefined {
  const { range, 'if-range': ifRange } = headers
  if (range === undefined || (ifRange !== undefined && !isSame(ifRange, validators))) return undefined
  const [, first, last] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(range) ?? []
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined
  if (first === '') {
    const suffix = Math.min(Number(last), length)
    return suffix === 0 ? null : { first: length - suffix, last: length - 1 }
  }
  if (last !== '' && Number(last) < Number(first)) return undefined
  if (Number(first) >= length) return null
  return { first: Number(first), last: last === '' ? length - 1 : Math.min(Number(last), length - 1) }
}

/**
 * Whether what the client has a part of is this very body (RFC 9110 §13.1.5): by a strong entity tag, or the exact date
 * of its last change.
 */
function isSame(ifRange: string | string[], { etag, lastModified }: Validators): boolean {
  const given = String(ifRange).trim()
  if (given.startsWith('"')) return given === etag
  const date = httpDate(given)
  return date !== undefined && lastModified !== undefined && httpDate(lastModified) === date
}
