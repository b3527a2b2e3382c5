import { bodyLength } from './representation.ts'
import type { ResponseFacts } from './response-facts.ts'
import type { StoredResponse } from './stored-response.ts'

/**
 * Whether the answer to a HEAD shows that a stored response to GET is of an earlier state (RFC 9111 §4.3.5): a validator
 * differs, or the length does, where the body is in no coding.
 */
export function showsAnother({ status, headers }: ResponseFacts, stored: StoredResponse): boolean {
  if (status !== 200) return false
  const { etag, lastModified } = stored.originValidators
  if (differs(headers['etag'], etag) || differs(headers['last-modified'], lastModified)) return true
  const isPlain = headers['content-encoding'] === undefined
  return isPlain && differs(headers['content-length'], String(bodyLength(stored.identity)))
}

const differs = (one: string | undefined, other: string | undefined) =>
  one !== undefined && other !== undefined && one !== other
