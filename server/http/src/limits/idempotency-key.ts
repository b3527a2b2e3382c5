import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { hostOf } from '../http2.ts'
import { identified, type IdentityOf } from './request-key.ts'

/** A structured string (RFC 9651 §3.3.3) without escapes, as the draft has it, or the bare form that clients send. */
const quoted = /^"([\x20-\x21\x23-\x5B\x5D-\x7E]{1,255})"$/
const bare = /^[\x21\x23-\x2B\x2D-\x7E]{1,255}$/

/** Reads the header; null where it is no key. */
export function readIdempotencyKey(field: string | string[] | undefined): string | null {
  if (typeof field !== 'string') return null
  return quoted.exec(field)?.[1] ?? (bare.test(field) ? field : null)
}

/** Tells whose a request is: a user of the application's, else what it presents, else where it comes from. */
export type OwnerOf = (request: IncomingMessage) => readonly (string | null)[]

/** Cookies that change from one request to the next make a repeat look like another's, so better name the user. */
export function createOwnerOf(
  user: IdentityOf | undefined,
  addressOf: (request: IncomingMessage) => string,
): OwnerOf {
  return (request) => {
    const name = user && identified(user, request)
    if (name !== undefined) return ['user', name]
    const { authorization, cookie } = request.headers
    const isAnonymous = authorization === undefined && cookie === undefined
    return isAnonymous ? ['address', addressOf(request)] : ['presents', authorization ?? null, cookie ?? null]
  }
}

/**
 * Where the answer to a request is kept: a digest of the key, of what is addressed, and of whose request it is, so
 * that nobody finds the answer to another, whatever key they guess.
 */
export function recordName(request: IncomingMessage, key: string, ownerOf: OwnerOf): string {
  const { method, url, headers } = request
  const parts = [ownerOf(request), method, hostOf(headers) ?? null, url, key]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
