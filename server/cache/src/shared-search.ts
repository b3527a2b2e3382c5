import { cacheErrors } from './errors.ts'
import { type CacheEntry, expireEntry, freshness } from './entry.ts'
import { describe } from './describe.ts'
import type { Excused } from './excuses.ts'
import type { Flight } from './in-flight.ts'
import type { Loads } from './loads.ts'
import { reasons } from './local-search.ts'
import type { MissReason } from './groups.ts'
import { fenceOf } from './marks.ts'
import { isRedisTrouble, redisDownError } from './redis-trouble.ts'
import type { NotServed, Read, ReadParts, Search, SearchBegin } from './reads.ts'
import type { Right, SharedLoads } from './shared-loads.ts'
import type { StoredValues } from './stored-values.ts'
import type { KeyDrops } from './key-drops.ts'
import type { Address, Lease, Lookup, SharedTier } from './shared/tier.ts'

export interface SharedSearchParts {
  parts: ReadParts
  loads: Loads
  tier: SharedTier
  keyDrops: KeyDrops
  loading: SharedLoads
  values: StoredValues
  excused: Excused
  addressOf: (key: string, name: string) => Address
  /** Begins a refresh of a stale value, once the flight that found it has landed. */
  refresh: (read: Read, entry: CacheEntry) => void
}

/** What is waited between two looks at a key that another process loads, in milliseconds. */
const firstWaitMs = 2
const longestWaitMs = 50

/** With Redis: memory that needs proof → Redis → the right to load → the loader. */
export function createSharedSearch(given: SharedSearchParts): Search {
  const { parts, loads, tier, keyDrops, loading, values, excused, addressOf } = given
  const { settings, memory, inFlight, counts } = parts
  const { clock } = settings

  function hit(
    { flight, read, begin }: Call,
    entry: CacheEntry,
    from: 'memory' | 'redis',
  ): Served | undefined {
    const fresh = freshness(entry, clock())
    if (fresh === 'dead' || fresh === 'spare') return undefined
    flight.found = fenceOf(entry)
    if (begin.isCounted) return { value: entry.value }
    begin.isCounted = true
    if (fresh === 'fresh') {
      counts.hits += 1
      read.group.hits[from] += 1
    } else {
      counts.staleHits += 1
      read.group.staleHits += 1
    }
    if (fresh === 'stale' || clock() >= entry.refreshAt) {
      // After this flight has landed, so that the refresh finds its place free.
      process.nextTick(() => given.refresh(read, entry))
    }
    return { value: entry.value }
  }

  function miss({ read, begin }: Call, reason: MissReason): void {
    if (begin.isCounted) return
    begin.isCounted = true
    counts.misses += 1
    read.group.misses[reason] += 1
  }

  /** What Redis holds, if it may be served; otherwise why not. */
  function use(call: Call, found: Lookup): Served | undefined {
    const { flight, read } = call
    const entry = values.take(read, found, { before: call.held, isOver: flight.landed })
    if (typeof entry === 'string') {
      if (entry !== 'absent') call.reason = entry
      return undefined
    }
    if (freshness(entry, clock()) !== 'dead') flight.spare = entry
    call.reason = 'expired'
    return hit(call, entry, 'redis')
  }

  /** Memory's own entry, if Redis says that it still holds. */
  async function recheck(call: Call, address: Address): Promise<Served | undefined> {
    const { flight, read, begin } = call
    const { entry } = begin
    if (entry === undefined) return undefined
    const judgement = await tier.recheck(entry, address)
    if (judgement === undefined || keyDrops.droppedSince(read.name, flight.turn)) return undefined
    const { standing, softAt } = judgement
    if (standing !== 'current' && standing !== 'expired') return undefined
    if (standing === 'expired') expireEntry(entry, Math.min(softAt, clock()))
    return hit(call, entry, 'memory')
  }

  /** What may be served, or the right to load. */
  async function find(call: Call, seen: NotServed | undefined): Promise<Found> {
    const { read, begin } = call
    if (!tier.isSettled()) await tier.settled()
    const address = addressOf(read.key, read.name)
    let known = begin.isRefresh ? (begin.entry?.id ?? '') : ''
    if (seen !== undefined) {
      known = seen.id
      call.reason = seen.reason
    } else if (!begin.isRefresh) {
      const held = begin.state === 'unknown' ? await recheck(call, address) : undefined
      if (held !== undefined) return held
      call.held = memory.peek(read.name)
      const found = await tier.lookup(address)
      const answer = use(call, found)
      if (answer !== undefined) return answer
      known = found.id
    }
    const right = await acquire(call, { address, known })
    return 'value' in right ? right : { ...right, address, known }
  }

  /** The right to load, or what somebody else has stored meanwhile. */
  async function acquire(
    call: Call,
    { address, known: first }: { address: Address; known: string },
  ): Promise<{ lease: Lease } | Served> {
    const { flight, read } = call
    let known = first
    let waitMs = firstWaitMs
    while (clock() < flight.endsAt) {
      call.held = memory.peek(read.name)
      const opening = await tier.open(address, { tags: [...flight.tags], known })
      if (opening.state === 'granted') return opening
      if (opening.state === 'stored') {
        const answer = use(call, opening.lookup)
        if (answer !== undefined) return answer
        known = opening.lookup.id
        continue
      }
      flight.onWait?.()
      await tier.wait(waitMs * (0.5 + tier.random()))
      waitMs = Math.min(longestWaitMs, waitMs * 1.5)
    }
    throw cacheErrors.HP_CACHE_LOAD_TIMEOUT({
      key: describe(read.key),
      waited: `${read.policy.timeoutMs} ms for another process`,
    })
  }

  /** Redis cannot be asked. */
  function offline(call: Call, error: unknown): unknown {
    const { flight, read } = call
    const entry = excused(read)
    const answer = entry === undefined ? undefined : hit(call, entry, 'memory')
    if (answer !== undefined) return answer.value
    miss(call, 'unreachable')
    if (settings.redisDown === 'fail') throw redisDownError(read.key, error)
    return loading.alone(flight, read)
  }

  async function searchOn(call: Call, seen: NotServed | undefined): Promise<unknown> {
    try {
      const found = await find(call, seen)
      if ('value' in found) return found.value
      miss(call, call.reason)
      return loading.under(found, call)
    } catch (error) {
      return failed(call, error)
    }
  }

  /** Nothing was found: Redis is away, or the wait for another process too long. */
  function failed(call: Call, error: unknown): unknown {
    if (isRedisTrouble(error)) return offline(call, error)
    miss(call, call.reason)
    const spare = loads.instead(call.flight, call.read)
    if (spare === undefined) throw error
    return spare.value
  }

  function endAfter(flight: Flight, running: Promise<unknown>): Promise<unknown> {
    const end = () => inFlight.end(flight)
    running.then(end, end)
    return running
  }

  /** The usual way is one promise long: Redis has the value. */
  const search: Search = (flight, read, begin) => {
    const reason = reasons[begin.state] ?? 'absent'
    const call: Call = { flight, read, begin, reason, held: begin.entry }
    const isUsual =
      begin.state !== 'unknown' && !begin.isRefresh && read.seen === undefined && tier.isSettled()
    if (!isUsual) return endAfter(flight, searchOn(call, read.seen))
    return tier.ask(addressOf(read.key, read.name), (found, error) => {
      if (found === undefined) return endAfter(flight, Promise.try(failed, call, error))
      let answer: Served | undefined
      try {
        answer = use(call, found)
      } catch (thrown) {
        return endAfter(flight, Promise.try(failed, call, thrown))
      }
      if (answer === undefined) return endAfter(flight, searchOn(call, { id: found.id, reason: call.reason }))
      inFlight.end(flight)
      return answer.value
    })
  }

  return search
}

/** One search. */
interface Call {
  flight: Flight
  read: Read
  begin: SearchBegin
  /** Why nothing could be served so far. */
  reason: MissReason
  /** What memory held when Redis was last asked. */
  held: CacheEntry | undefined
}

interface Served {
  value: unknown
}

type Found = Served | Right
