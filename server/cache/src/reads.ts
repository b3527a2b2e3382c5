import type { Loader } from './cache.ts'
import { describe } from './describe.ts'
import type { CacheEntry } from './entry.ts'
import { cacheErrors } from './errors.ts'
import type { KeyGroup, MissReason } from './groups.ts'
import type { Caller, Flight, InFlight } from './in-flight.ts'
import type { LoadMeter } from './load-meter.ts'
import type { Mark } from './marks.ts'
import { retryMs, spareOf } from './loads.ts'
import type { EntryState, MemoryTier } from './memory-tier.ts'
import type { CacheSettings, EntryPolicy } from './options.ts'
import type { Timers } from './shared/timers.ts'

/** One call that memory could not answer at once. */
export interface Read {
  readonly key: string
  /** The key as memory and Redis name it. */
  readonly name: string
  readonly load: Loader<unknown>
  readonly policy: EntryPolicy
  readonly group: KeyGroup
  /** Told when the value is waited for that somebody else loads. */
  readonly onWait?: (() => void) | undefined
  /** What Redis was found to hold a moment ago that cannot be served; it need not be asked again. */
  readonly seen?: NotServed | undefined
}

/** Something in Redis that cannot be served, by its id ('' for nothing), and why not. */
export interface NotServed {
  readonly id: string
  readonly reason: MissReason
}

export interface ReadParts {
  settings: CacheSettings
  scope: Mark
  memory: MemoryTier
  inFlight: InFlight
  meter: LoadMeter
  counts: Counts
}

export interface Counts {
  hits: number
  staleHits: number
  collapsed: number
  misses: number
  fencedFills: number
  invalidations: number
}

/** Where a flight finds its value; resolves with it, and ends the flight before it does. */
export type Search = (flight: Flight, read: Read, begin: SearchBegin) => Promise<unknown>

/** What is known as a search begins. */
export interface SearchBegin {
  /** What memory holds, of use or not. */
  entry: CacheEntry | undefined
  state: EntryState | 'absent'
  /** It replaces a value that can still be served. */
  isRefresh: boolean
  /** The statistics have this read already. */
  isCounted: boolean
}

/** How a call that memory could not answer at once gets its value. */
export interface Reads {
  /** The value: of an entry, of a load that may be shared, or of a new one. */
  read(read: Read): Promise<unknown>
  /** The value, searched for by this call and nobody else: nothing that was begun before is trusted. */
  readAlone(read: Read): Promise<unknown>
  /** Begins a refresh unless one is at work or has just failed. */
  refresh(read: Read, entry: CacheEntry): void
}

/** A call whose shared loads turn out too old this often begins one of its own. */
const mostShares = 3

export function createReads(parts: ReadParts, search: Search): Reads {
  const { settings, memory, inFlight, counts } = parts
  const { tags: space, clock } = settings
  const { trust } = space

  function begin(read: Read, known: SearchBegin): Flight {
    const { policy } = read
    const flight = inFlight.begin(read, policy.tags, policy.timeoutMs)
    flight.onWait = read.onWait
    // What memory has let go of was invalidated, perhaps before a caller comes that shares this flight.
    const isKept = known.entry !== undefined && memory.peek(read.name) === known.entry
    if (isKept && (known.state === 'spare' || known.isRefresh)) flight.spare = known.entry
    flight.promise = search(flight, read, known)
    return flight
  }

  function refresh(read: Read, entry: CacheEntry): void {
    if (clock() < entry.retryAt || inFlight.has(read.name)) return
    const flight = begin(read, { entry, state: 'stale', isRefresh: true, isCounted: true })
    // The meter counts a refresh that fails; the old value stays until its end.
    flight.promise!.catch(() => {
      entry.retryAt = clock() + retryMs
    })
  }

  /** The usual way is one promise long: nobody else looks for the key. */
  function share(read: Read, known: SearchBegin): Promise<unknown> {
    const caller = { tags: read.policy.tags, turn: trust.turn }
    const joined = inFlight.join(read.name, caller)
    return joined === undefined ? outcome(begin(read, known), read) : shareIn(read, known, { joined, caller })
  }

  async function shareIn(
    read: Read,
    known: SearchBegin,
    { joined: first, caller }: { joined: Flight; caller: Caller },
  ): Promise<unknown> {
    let isCounted = false
    let joined: Flight | undefined = first
    for (let shares = 0; shares < mostShares; shares++) {
      if (shares > 0) joined = inFlight.join(read.name, caller)
      if (joined === undefined) break
      if (shares === 0) {
        counts.collapsed += 1
        read.group.sharedLoads += 1
      }
      isCounted = true
      read.onWait?.()
      const value = await outcome(joined, read)
      if (inFlight.mayShare(joined, caller.turn)) return value
      // Whatever is kept or in flight by now took that load's place, so it began after this caller came.
      const kept = memory.peek(read.name)
      if (kept !== undefined && memory.isQuick(kept)) return kept.value
    }
    return outcome(begin(read, { ...known, isCounted }), read)
  }

  /** Waits for a load as long as this caller would. */
  function outcome(flight: Flight, { key, policy }: Read): Promise<unknown> {
    const { promise, endsAt } = flight
    if (promise === undefined) throw cacheErrors.HP_CACHE_LOAD_RECURSIVE({ key: describe(key) })
    const { softMs, timeoutMs } = policy
    const isPatient = clock() + timeoutMs >= endsAt
    if (softMs === Infinity && isPatient) return promise
    return within(space.timers, promise, [
      { ms: softMs, end: () => spareOf(flight, key, memory)?.promise },
      {
        ms: isPatient ? Infinity : timeoutMs,
        end: () =>
          Promise.reject(
            cacheErrors.HP_CACHE_LOAD_TIMEOUT({ key: describe(key), waited: `${timeoutMs} ms` }),
          ),
      },
    ])
  }

  return {
    refresh,
    readAlone: (read) =>
      outcome(begin(read, { entry: undefined, state: 'absent', isRefresh: false, isCounted: false }), read),
    read(read) {
      const entry = memory.find(read.name)
      const state = entry === undefined ? 'absent' : memory.state(entry, read.key)
      const isServed =
        state === 'fresh' || state === 'stale' || (state === 'spare' && clock() < entry!.retryAt)
      if (!isServed) {
        if (state === 'dead' || state === 'overtaken') memory.drop(read.name)
        return share(read, { entry, state, isRefresh: false, isCounted: false })
      }
      if (state === 'fresh') {
        counts.hits += 1
        read.group.hits.memory += 1
      } else {
        counts.staleHits += 1
        read.group.staleHits += 1
      }
      if (state === 'stale' || clock() >= entry!.refreshAt) refresh(read, entry!)
      return entry!.promise
    },
  }
}

/** Settles with the promise, or with the first end that comes and has something to say. */
function within(
  timers: Timers,
  promise: Promise<unknown>,
  ends: { ms: number; end: () => Promise<unknown> | undefined }[],
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const running = ends
      .filter(({ ms }) => ms < Infinity)
      .map(({ ms, end }) =>
        timers.setTimeout(() => {
          const instead = end()
          if (instead !== undefined) resolve(instead)
        }, ms),
      )
    promise.then(resolve, reject).finally(() => {
      for (const timer of running) timers.clearTimeout(timer)
    })
  })
}
