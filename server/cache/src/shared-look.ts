import { type CacheEntry, freshness } from './entry.ts'
import type { Excused } from './excuses.ts'
import type { MissReason } from './groups.ts'
import { isRedisTrouble, redisDownError } from './redis-trouble.ts'
import type { NotServed, Read, ReadParts } from './reads.ts'
import type { Address, SharedTier } from './shared/tier.ts'
import type { StoredValues } from './stored-values.ts'

/** Reads of Redis that load nothing and count nothing. */
export interface SharedLook {
  /**
   * A fresh value that Redis has, or that memory has while Redis cannot be asked; why not, where there is none.
   * `reason` is what memory says of that. @throws HP_CACHE_REDIS_DOWN
   */
  look(read: Read, reason: MissReason): Promise<Seen | MissReason>
  /** Fresh values that Redis has, in one round trip. Rejects as RedisPort does. */
  lookMany(reads: readonly Read[]): Promise<(Seen | NotServed)[]>
}

export interface Seen {
  value: unknown
  from: 'memory' | 'redis'
}

export interface SharedLookParts {
  parts: ReadParts
  tier: SharedTier
  values: StoredValues
  addressOf: (key: string, name: string) => Address
  excused: Excused
}

export function createSharedLook({ parts, tier, values, addressOf, excused }: SharedLookParts): SharedLook {
  const { memory, settings } = parts
  const { clock, redisDown } = settings

  async function look(read: Read, reason: MissReason): Promise<Seen | MissReason> {
    let entry: CacheEntry | undefined
    let from: Seen['from'] = 'redis'
    try {
      if (!tier.isSettled()) await tier.settled()
      const before = memory.peek(read.name)
      const taken = values.take(read, await tier.lookup(addressOf(read.key, read.name)), {
        before,
        isOver: false,
      })
      if (typeof taken === 'string') return taken === 'absent' ? reason : taken
      entry = taken
    } catch (error) {
      if (!isRedisTrouble(error)) throw error
      if (redisDown === 'fail') throw redisDownError(read.key, error)
      entry = excused(read)
      if (entry === undefined) return 'unreachable'
      from = 'memory'
    }
    return freshness(entry, clock()) === 'fresh' ? { value: entry.value, from } : 'expired'
  }

  async function lookMany(reads: readonly Read[]): Promise<(Seen | NotServed)[]> {
    if (!tier.isSettled()) await tier.settled()
    const held = reads.map(({ name }) => memory.peek(name))
    const found = await tier.lookupMany(reads.map(({ key, name }) => addressOf(key, name)))
    return reads.map((read, index) => {
      const lookup = found[index]!
      const taken = values.take(read, lookup, { before: held[index], isOver: false })
      if (typeof taken === 'string') return { id: lookup.id, reason: taken }
      if (freshness(taken, clock()) === 'fresh') return { value: taken.value, from: 'redis' }
      return { id: lookup.id, reason: 'expired' }
    })
  }

  return { look, lookMany }
}
