import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Position } from './lsn.ts'

/** Says that a session wrote, and that nobody knows where: read as invalid, it leads all reads to the primary. */
export const pinningToken = 'primary'

/** Longer ones are not looked at. */
const longest = 200

/**
 * The position of a session as text that travels with its client, in a cookie or a header, to whichever process takes
 * the next request. Signed: a position made up by a client would send all its reads to the primary.
 */
export function writeToken(
  { timeline, lsn }: Position,
  { secret, at }: { secret: string; at: number },
): string {
  const body = `${timeline}.${lsn.toString(36)}.${Math.floor(at / 1000).toString(36)}`
  return `${body}.${sign(body, secret)}`
}

/** `expired` where the write is older than any replica may be; `invalid` where it is not ours. */
export type TokenReading = Position | 'expired' | 'invalid'

/** Reads one, `ttlMs` after it was written at the latest; `now` in milliseconds since 1970. */
export function readToken(
  token: string,
  { secret, now, ttlMs }: { secret: string; now: number; ttlMs: number },
): TokenReading {
  const found =
    token.length > longest ? null : /^(\d{1,10})\.([0-9a-z]{1,13})\.([0-9a-z]{1,8})\.([\w-]{43})$/.exec(token)
  if (!found) return 'invalid'
  const [, timeline = '', lsn = '', at = '', signature = ''] = found
  const expected = Buffer.from(sign(`${timeline}.${lsn}.${at}`, secret))
  if (!timingSafeEqual(expected, Buffer.from(signature))) return 'invalid'
  if (now - Number.parseInt(at, 36) * 1000 > ttlMs) return 'expired'
  return { timeline: Number(timeline), lsn: fromBase36(lsn) }
}

const sign = (body: string, secret: string) =>
  createHmac('sha256', secret).update(`hotpath:position:${body}`).digest('base64url')

function fromBase36(digits: string): bigint {
  let value = 0n
  for (const digit of digits) value = value * 36n + BigInt(Number.parseInt(digit, 36))
  return value
}
