import type { CacheEntry } from './entry.ts'
import type { Read, ReadParts } from './reads.ts'
import type { SharedTier } from './shared/tier.ts'

/** What memory has of a key, if it may be served although Redis cannot be asked. */
export type Excused = (read: Pick<Read, 'name' | 'policy'>) => CacheEntry | undefined

export function createExcuses({ settings, scope, memory }: ReadParts, tier: SharedTier): Excused {
  const { redisDown, serveForMs } = settings
  const allowanceMs = redisDown === 'serve' ? serveForMs : tier.trustMs
  return ({ name, policy }) => {
    if (redisDown === 'fail' || policy.isStrong) return undefined
    const entry = memory.peek(name)
    return entry !== undefined && tier.excuses(entry, scope, allowanceMs) ? entry : undefined
  }
}
