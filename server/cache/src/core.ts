import { createInFlight, type InFlight } from './in-flight.ts'
import { createKeyDrops } from './key-drops.ts'
import type { LoadMeter } from './load-meter.ts'
import { createLoads } from './loads.ts'
import { createLocalSearch } from './local-search.ts'
import type { Mark } from './marks.ts'
import { createMemoryTier, type MemoryTier } from './memory-tier.ts'
import type { CacheSettings } from './options.ts'
import { type Counts, createReads, type ReadParts, type Reads } from './reads.ts'
import { isRedisTrouble, redisDownError } from './redis-trouble.ts'
import { createExcuses } from './excuses.ts'
import { createSharedLoads } from './shared-loads.ts'
import { createSharedLook, type SharedLook } from './shared-look.ts'
import { createSharedSearch } from './shared-search.ts'
import { createStoredValues } from './stored-values.ts'
import { trustMs } from './shared/link.ts'
import { safeName } from './shared/names.ts'
import type { Address, SharedTier } from './shared/tier.ts'

/** The parts of one cache, put together. */
export interface Core {
  settings: CacheSettings
  scope: Mark
  memory: MemoryTier
  inFlight: InFlight
  counts: Counts
  reads: Reads
  /** Redis and how it is searched; null in one process. */
  shared: { tier: SharedTier; look: SharedLook } | null
  /** How memory and Redis name a key. */
  nameOf(key: string): string
  addressOf(key: string, name?: string): Address
  /** Fences a key: what is kept and what is being loaded. Whether there was something to serve. */
  drop(name: string): boolean
  isDroppedSince(name: string, turn: number): boolean
  /** Redis could not be asked: throws where this cache is not to go on without it, and whatever else it was. */
  tolerate(key: string, error: unknown): void
  /**
   * After it, what everybody invalidated before the call is known in Redis, and, where it resolves with true, here.
   * @throws as RedisPort does
   */
  catchUp(): Promise<boolean>
}

export function createCore(settings: CacheSettings, meter: LoadMeter): Core {
  const { namespace, tags: space, clock } = settings
  const { tier } = space
  const scope = space.scope(namespace)
  const memory = createMemoryTier(settings, scope)
  const inFlight = createInFlight({ space, scope, clock, unprovedMs: trustMs })
  const keyDrops = createKeyDrops()
  const counts = { hits: 0, staleHits: 0, collapsed: 0, misses: 0, fencedFills: 0, invalidations: 0 }
  const parts: ReadParts = { settings, scope, memory, inFlight, meter, counts }
  const loads = createLoads(parts)
  const encoded = encodeURIComponent(namespace)
  const nameOf = tier === null ? (key: string) => key : safeName
  const addressOf = (key: string, name = nameOf(key)): Address => ({
    key,
    scope,
    place: { namespace: encoded, version: settings.version, name },
  })

  function drop(name: string): boolean {
    if (tier !== null) keyDrops.add(name, tier.nextTurn())
    inFlight.fence(name)
    return memory.drop(name)
  }

  function beyondMemory(tier: SharedTier) {
    const values = createStoredValues({ parts, tier, keyDrops })
    const loading = createSharedLoads(parts, loads, tier)
    const common = { parts, tier, values, addressOf, excused: createExcuses(parts, tier) }
    const refresh: Reads['refresh'] = (read, entry) => reads.refresh(read, entry)
    return {
      tier,
      look: createSharedLook(common),
      search: createSharedSearch({ ...common, loads, loading, keyDrops, refresh }),
    }
  }

  const shared = tier === null ? null : beyondMemory(tier)
  const reads: Reads = createReads(parts, shared?.search ?? createLocalSearch(parts, loads))
  tier?.onKeyDropped(encoded, drop)

  return {
    settings,
    scope,
    memory,
    inFlight,
    counts,
    reads,
    shared,
    nameOf,
    addressOf,
    drop,
    isDroppedSince: keyDrops.droppedSince,
    tolerate(key, error) {
      if (!isRedisTrouble(error)) throw error
      if (settings.redisDown !== 'fail') return
      throw redisDownError(key, error)
    },
    async catchUp() {
      if (tier === null) return true
      await tier.settled()
      await tier.barrier()
      return tier.isTold()
    },
  }
}
