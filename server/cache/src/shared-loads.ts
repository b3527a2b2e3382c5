import { keepInMemory, type Loads } from './loads.ts'
import type { Flight } from './in-flight.ts'
import { noGeneration } from './marks.ts'
import type { Read, ReadParts } from './reads.ts'
import type { Address, Lease, SharedTier } from './shared/tier.ts'
import { invalidationOf } from './tag-space.ts'

/** The right to load. */
export interface Right {
  lease: Lease
  address: Address
  /** The id of what lies in Redis under the key; '' where nothing does. */
  known: string
}

/** A search that came to loading. */
export interface Loading {
  flight: Flight
  read: Read
}

/** Runs loaders where values are shared with other processes. */
export interface SharedLoads {
  /** Runs the loader and stores what it brings, unless something it depends on is changed meanwhile. */
  under(right: Right, loading: Loading): Promise<unknown>
  /** Runs the loader although Redis cannot be asked. */
  alone(flight: Flight, read: Read): Promise<unknown>
}

export function createSharedLoads(parts: ReadParts, loads: Loads, tier: SharedTier): SharedLoads {
  const { settings, scope, memory, counts } = parts
  const { tags: space, codec, namespace } = settings

  async function store(
    lease: Lease,
    { address, read, isKept }: { address: Address; read: Read; isKept: boolean },
    content: Parameters<SharedTier['fill']>[2],
  ): Promise<void> {
    try {
      const { stored, sent } = await tier.fill(lease, address, content)
      const entry = memory.peek(read.name)
      const isItsEntry = entry !== undefined && entry.id === lease.token
      if (stored) {
        // Also the marks that this load has made, which are newer than it, hold now.
        if (isItsEntry && entry.turn < sent.turn) Object.assign(entry, { provedAt: sent.at, turn: sent.turn })
        return
      }
      // What memory refused before is counted already.
      if (isKept) counts.fencedFills += 1
      if (isItsEntry) memory.drop(read.name)
    } catch {
      // Redis may have stored it or not; memory's copy is held against the same marks.
    }
  }

  return {
    under({ lease, address, known }, { flight, read }) {
      const { turn, generation } = lease.sent
      let isOver = false
      const running = loads.run(flight, read, async ({ value, loadMs, beganAt }) => {
        const encoded = await codec.encode(read.key, value)
        // Only now: who has joined meanwhile brought tags of its own.
        const fence = { ...space.fence(flight.tags, lease.asOf, scope), provedAt: beganAt, turn, generation }
        const kept = loads.entryParts(flight, read, { value, loadMs, id: lease.token, fence })
        const isKept = keepInMemory(parts, { flight, read }, kept)
        isOver = true
        if (kept === undefined) {
          const hasHeard = await tier.release(lease, known)
          // Told later: whoever loads it by then loses its right to.
          if (!hasHeard && known !== '') await space.change(invalidationOf({ keys: [[namespace, read.key]] }))
          return
        }
        const content = { ...encoded, ...kept.lifetime, loadMs, size: kept.size, tags: [...flight.tags] }
        void store(lease, { address, read, isKept }, content)
      })
      const giveBack = () => {
        if (!isOver) void tier.release(lease)
      }
      running.then(giveBack, giveBack)
      return running
    },
    alone(flight, read) {
      const { turn } = space.trust
      return loads.run(flight, read, ({ value, loadMs, beganAt }) => {
        const known = space.fence(flight.tags, space.asOf(), scope)
        const fence = { ...known, generation: noGeneration, provedAt: beganAt, turn }
        keepInMemory(
          parts,
          { flight, read },
          loads.entryParts(flight, read, { value, loadMs, id: '', fence }),
        )
      })
    },
  }
}
