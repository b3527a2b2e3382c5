import type { Codec } from './codec/codec.ts'
import { type CacheEntry, createEntry, expireEntry, freezeShared } from './entry.ts'
import type { KeyDrops } from './key-drops.ts'
import type { Read, ReadParts } from './reads.ts'
import type { Lookup, SharedTier } from './shared/tier.ts'

/** What was found in Redis, as entries of this process. */
export interface StoredValues {
  /**
   * Kept in memory where it is the newest known; otherwise why it cannot be of use. `before`: what memory held when
   * Redis was asked; `isOver`: the flight that it was found for has ended.
   */
  take(
    read: Read,
    found: Lookup,
    at: { before: CacheEntry | undefined; isOver: boolean },
  ): CacheEntry | 'absent' | 'corrupt' | 'invalidated'
}

export interface StoredValuesOptions {
  parts: ReadParts
  tier: SharedTier
  keyDrops: KeyDrops
}

export function createStoredValues({ parts, tier, keyDrops }: StoredValuesOptions): StoredValues {
  const { settings, memory } = parts
  const { tags: space, clock, codec, random } = settings
  const { trust } = space
  return {
    take(read, found, { before, isOver }) {
      if (found.state === 'overtaken') return 'invalidated'
      if (found.state !== 'found') return found.state
      const { record, fence, softAt, id, turn } = found
      const decoded = decode(codec, record)
      if (decoded === undefined) return 'corrupt'
      const { earlyRefresh } = read.policy
      const earlyMs = earlyRefresh === 0 ? 0 : (record.freshUntil - tier.redisNow()) * earlyRefresh * random()
      const freshUntil = tier.toLocal(record.freshUntil)
      const expiry = {
        refreshAt: freshUntil - Math.max(0, earlyMs),
        freshUntil,
        staleUntil: tier.toLocal(record.staleUntil),
        keepUntil: tier.toLocal(record.keepUntil),
      }
      const { value } = decoded
      const { loadMs, size } = record
      const entryParts = { value, size, id, group: read.group, loadMs, fence, expiry }
      const present = memory.peek(read.name)
      const isAlone = present === undefined || present === before
      // Which of the two is newer is not known here: the next read asks Redis.
      if (!isAlone && present.id !== id) memory.drop(read.name)
      const isNewest =
        fence.generation === trust.generation && !keyDrops.droppedSince(read.name, turn) && !isOver
      const entry = isNewest && isAlone ? memory.keep(read.name, entryParts) : createEntry(entryParts)
      if (softAt < Infinity) expireEntry(entry, Math.min(softAt, clock()))
      return entry
    },
  }
}

/** Undefined for what cannot be read. */
function decode(codec: Codec, { format, body }: { format: string; body: Uint8Array }) {
  try {
    return { value: freezeShared(codec.decode(format, body)) }
  } catch {
    return undefined
  }
}
