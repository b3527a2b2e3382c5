import type { IncomingHttpHeaders } from 'node:http'
import { formNamed, knownForm } from './compress/entity-tag.ts'
import { httpDate, notModified } from './conditional.ts'
import { notModifiedHead } from './representation.ts'
import { datedAt, type HeadMoment, headAt, type StoredResponse, validatorsOf } from './stored-response.ts'

/**
 * Whether the client has a stored response already, so that 304 is the answer. Conditions are about successful answers
 * only (RFC 9110 §13.2.1).
 */
export function clientHas(headers: IncomingHttpHeaders, stored: StoredResponse): boolean {
  const { status } = stored
  if (status !== 200 && status !== 203) return false
  const ifNoneMatch = headers['if-none-match']
  const ifModifiedSince = headers['if-modified-since']
  if (ifNoneMatch === undefined && ifModifiedSince === undefined) return false
  const validators = validatorsOf(stored)
  if (ifNoneMatch !== undefined || validators.lastModified !== undefined) {
    return notModified({ ifNoneMatch, ifModifiedSince }, validators)
  }
  // Without a date of its last change, it is unchanged since it was made (RFC 9111 §4.3.2).
  const since = httpDate(ifModifiedSince!)
  return since !== undefined && datedAt(stored) <= since
}

/** The head of a 304, which names the form that the client has (RFC 9110 §15.4.5). */
export function notModifiedLines(
  headers: IncomingHttpHeaders,
  hit: HeadMoment & { readonly stored: StoredResponse },
): string[] {
  const { stored } = hit
  const { identity, forms } = stored
  const list = headers['if-none-match']
  const { etag } = validatorsOf(stored)
  const known = list && etag && knownForm(list, etag)
  if (!known || known === etag) return headAt(stored, notModifiedHead(identity), hit)
  const form = forms?.[formNamed(known)]
  if (form) return headAt(stored, notModifiedHead(form), hit)
  const lines = [...headAt(stored, notModifiedHead(identity), hit)]
  const index = lines.indexOf(etag)
  if (index > 0) lines[index] = known
  return lines
}
