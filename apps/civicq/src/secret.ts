import { randomBytes } from 'node:crypto'
import { HotpathError } from '@hotpath/app'

const shortest = 32

/**
 * What tokens are signed with: CIVICQ_SECRET, so that several processes accept each other's tokens and restarts sign
 * nobody out; unset, random bytes of this process.
 * @throws CIVICQ_SECRET_SHORT
 */
export function readSecret(environment: { CIVICQ_SECRET?: string | undefined }): Buffer {
  const { CIVICQ_SECRET: secret = '' } = environment
  if (secret === '') return randomBytes(shortest)
  if (secret.length >= shortest) return Buffer.from(secret)
  throw new HotpathError({
    code: 'CIVICQ_SECRET_SHORT',
    what: `CIVICQ_SECRET has ${secret.length} characters.`,
    why: `A key of under ${shortest} characters can be guessed, and with it anybody could sign in as anybody.`,
    fix: 'Make one with: openssl rand -hex 32',
  })
}
