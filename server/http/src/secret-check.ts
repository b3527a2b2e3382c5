import { Buffer } from 'node:buffer'
import { timingSafeEqual } from 'node:crypto'

/**
 * Tells a secret from everything else, in a time that does not show how much of it was guessed. An empty one is nobody's.
 */
export function createSecretCheck(secret: string): (given: unknown) => boolean {
  const expected = Buffer.from(secret)
  return (given) => {
    if (typeof given !== 'string' || expected.length === 0) return false
    const presented = Buffer.from(given)
    return presented.length === expected.length && timingSafeEqual(presented, expected)
  }
}
