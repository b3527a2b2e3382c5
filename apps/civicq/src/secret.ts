import { randomBytes } from 'node:crypto'
import { civicqErrors } from './errors.ts'

const shortest = 32

/**
 * What tokens are signed with: CIVICQ_SECRET, so that several processes accept each other's tokens and restarts sign
 * nobody out; unset, what all workers of one start were given, or random bytes of this process.
 * @throws CIVICQ_SECRET_SHORT
 */
export function readSecret(environment: Readonly<Record<string, string | undefined>>): Buffer {
  const secret = environment['CIVICQ_SECRET'] || environment['HOTPATH_RUN_SECRET'] || ''
  if (secret === '') return randomBytes(shortest)
  if (secret.length >= shortest) return Buffer.from(secret)
  throw civicqErrors.CIVICQ_SECRET_SHORT({ length: secret.length, shortest })
}
