import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Role } from './api/shapes.ts'

/** Who a token speaks for. */
export interface Identity {
  userId: number
  role: Role
}

/** Signs and reads the tokens of those who signed in. */
export interface Tokens {
  issue(identity: Identity, now: number): { token: string; expiresAt: number }
  /** Whom the token speaks for; null when it was not signed here, was altered, or has expired. */
  read(token: string, now: number): Identity | null
}

/** How long a token is accepted. */
const lifetimeMs = 12 * 3_600_000

/**
 * Tokens of two parts in base64url, a JSON payload and its HMAC-SHA256 (RFC 2104), joined by a dot. There is one
 * algorithm, so none is named in the token.
 */
export function createTokens(secret: Buffer): Tokens {
  const sign = (payload: string) => createHmac('sha256', secret).update(payload).digest()
  return {
    issue({ userId, role }, now) {
      const expiresAt = now + lifetimeMs
      const payload = Buffer.from(JSON.stringify({ userId, role, expiresAt })).toString('base64url')
      return { token: `${payload}.${sign(payload).toString('base64url')}`, expiresAt }
    },
    read(token, now) {
      const [payload, signature, ...more] = token.split('.')
      if (payload === undefined || signature === undefined || more.length > 0) return null
      const given = Buffer.from(signature, 'base64url')
      const right = sign(payload)
      if (given.length !== right.length || !timingSafeEqual(given, right)) return null
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Identity & {
        expiresAt: number
      }
      return now < claims.expiresAt ? { userId: claims.userId, role: claims.role } : null
    },
  }
}
