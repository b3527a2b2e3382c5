import type { Lifetime } from './entry.ts'
import type { ValuePolicy } from './options.ts'

/**
 * How long a value that has just arrived lives, and how long before its end its refresh begins; undefined where it is
 * not to be kept. `expiredFor` is how long ago it was expired while it was loaded; -Infinity if it was not.
 */
export function lifeOf(
  value: unknown,
  policy: ValuePolicy,
  { random, expiredFor }: { random: number; expiredFor: number },
): (Lifetime & { earlyMs: number }) | undefined {
  const isAbsent = value === undefined || (value === null && policy.negativeMs > 0)
  if (isAbsent && policy.negativeMs === 0) return undefined
  const ttlMs = isAbsent ? policy.negativeMs : policy.ttlMs
  const jittered = ttlMs * (1 - policy.jitter * random)
  const freshMs = expiredFor >= 0 ? 0 : jittered
  const windows = isAbsent ? { staleMs: 0, keepMs: 0 } : { staleMs: policy.staleMs, keepMs: policy.errorMs }
  // Each process begins its refresh at its own moment within the last part.
  return { freshMs, ...windows, earlyMs: freshMs * policy.earlyRefresh * random }
}
