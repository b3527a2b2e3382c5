import {
  type CacheEntry,
  createEntry,
  type EntryParts,
  expiryOf,
  freezeShared,
  type Lifetime,
} from './entry.ts'
import type { Flight } from './in-flight.ts'
import { runLoader } from './loader-run.ts'
import type { Fence } from './marks.ts'
import type { MemoryTier } from './memory-tier.ts'
import type { Read, ReadParts } from './reads.ts'
import { lifeOf } from './values.ts'

/** After a refresh that failed, none is tried for this long, in milliseconds. */
export const retryMs = 1_000

/** Keeps what a loader brought; what it resolves with is handed out. */
export type Keep = (loaded: Loaded) => Promise<void> | void

export interface Loaded {
  value: unknown
  loadMs: number
  /** When the load began. */
  beganAt: number
}

/** Runs loaders for flights. */
export interface Loads {
  /**
   * Runs the loader at once and hands what it brings to `keep`. Where it fails, a value that may be served instead is.
   * @throws HP_CACHE_LOAD_TIMEOUT, and what the loader and `keep` throw
   */
  run(flight: Flight, read: Read, keep: Keep): Promise<unknown>
  /** What may be served because there is nothing better. */
  instead(flight: Flight, read: Read): CacheEntry | undefined
  /** What a value that has just arrived would be kept as. Undefined where it is not to be kept. */
  entryParts(flight: Flight, read: Read, given: EntryBegin): (EntryParts & { lifetime: Lifetime }) | undefined
}

export interface EntryBegin {
  value: unknown
  loadMs: number
  id: string
  fence: Fence
}

export function createLoads({ settings, memory, meter }: ReadParts): Loads {
  const { clock, random, tags: space } = settings

  function instead(flight: Flight, { key }: Read): CacheEntry | undefined {
    const spare = spareOf(flight, key, memory)
    if (spare === undefined) return undefined
    spare.retryAt = clock() + retryMs
    return spare
  }

  return {
    instead,
    async run(flight, read, keep) {
      const { key, load, group } = read
      const beganAt = clock()
      const loadAndKeep = async () => {
        const run = {
          key,
          flight,
          load,
          timeoutMs: Math.max(1, flight.endsAt - beganAt),
          timers: space.timers,
        }
        const value = freezeShared(await runLoader(run))
        await keep({ value, loadMs: clock() - beganAt, beganAt })
        return value
      }
      group.loads += 1
      try {
        return await meter.run(key, loadAndKeep)
      } catch (error) {
        group.loadErrors += 1
        const spare = instead(flight, read)
        if (spare === undefined) throw error
        return spare.value
      } finally {
        group.loadMs += clock() - beganAt
      }
    },
    entryParts(flight, { policy, group }, { value, loadMs, id, fence }) {
      const now = clock()
      const life = lifeOf(value, policy, { random: random(), expiredFor: now - flight.expiredAt })
      if (life === undefined) return undefined
      const { earlyMs, ...lifetime } = life
      const expiry = expiryOf(lifetime, now, earlyMs)
      return { value, size: settings.sizeOf(value), id, group, loadMs, fence, expiry, lifetime }
    },
  }
}

/** What may be served in the place of what a flight will bring, as far as is known now. */
export const spareOf = ({ spare }: Flight, key: string, memory: MemoryTier): CacheEntry | undefined =>
  spare !== undefined && servable.has(memory.state(spare, key)) ? spare : undefined

const servable: ReadonlySet<string> = new Set(['fresh', 'stale', 'spare'])

/**
 * Keeps what a load brought in this process' memory, unless something it depends on was changed since the load began:
 * then the load is counted as fenced. Undefined is not to be kept. Whether it was; what lay there goes where it was not.
 */
export function keepInMemory(
  { settings, scope, memory, inFlight, counts }: ReadParts,
  { flight, read }: { flight: Flight; read: Read },
  parts: EntryParts | undefined,
): boolean {
  const { name, key } = read
  const isOvertaken =
    parts !== undefined && settings.tags.check(createEntry(parts), { key, scope }).standing === 'overtaken'
  const holdsItsPlace = inFlight.land(flight)
  if (parts !== undefined && holdsItsPlace && !isOvertaken) {
    memory.keep(name, parts)
    return true
  }
  if (parts !== undefined) counts.fencedFills += 1
  // Its callers have seen a newer value than what lies there: nobody who comes later is to see the older one. Where
  // another took its place, that one may have brought what lies there since.
  const present = memory.peek(name)
  if (present !== undefined && (holdsItsPlace || present.provedAt < flight.beganAt)) memory.drop(name)
  return false
}
