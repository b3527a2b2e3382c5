import { cacheErrors } from './errors.ts'
import { type CacheEntry, expireEntry, freshness } from './entry.ts'
import { describe } from './describe.ts'
import type { Flight } from './in-flight.ts'
import { keepInMemory, type Loads } from './loads.ts'
import { reasons } from './local-search.ts'
import type { MissReason } from './groups.ts'
import { type Fence, fenceOf } from './marks.ts'
import { isRedisTrouble, redisDownError } from './redis-trouble.ts'
import type { NotServed, Read, ReadParts, Search, SearchBegin } from './reads.ts'
import { createStoredValues } from './stored-values.ts'
import type { KeyDrops } from './key-drops.ts'
import type { Address, Lease, Lookup, SharedTier } from './shared/tier.ts'

export interface SharedSearchParts {
  parts: ReadParts
  loads: Loads
  tier: SharedTier
  keyDrops: KeyDrops
  addressOf: (key: string, name: string) => Address
  /** Begins a refresh of a stale value, once the flight that found it has landed. */
  refresh: (read: Read, entry: CacheEntry) => void
}

export interface SharedSearch {
  search: Search
  /**
   * A fresh value that Redis has, or that memory has while Redis cannot be asked; nothing is loaded or counted. Why
   * not, where there is none; `reason` is what memory says of that. @throws HP_CACHE_REDIS_DOWN
   */
  look(read: Read, reason: MissReason): Promise<Seen | MissReason>
  /** Fresh values that Redis has, in one round trip; nothing is loaded or counted. Rejects as RedisPort does. */
  lookMany(reads: readonly Read[]): Promise<(Seen | NotServed)[]>
}

export interface Seen {
  value: unknown
  from: 'memory' | 'redis'
}

/** What is waited between two looks at a key that another process loads, in milliseconds. */
const firstWaitMs = 2
const longestWaitMs = 50

/** Never quick, and never rechecked: known to no generation. */
const noGeneration = -1

/** With Redis: memory that needs proof → Redis → the right to load → the loader. */
export function createSharedSearch(given: SharedSearchParts): SharedSearch {
  const { parts, loads, tier, keyDrops, addressOf } = given
  const { settings, scope, memory, inFlight, counts } = parts
  const { tags: space, clock, codec, redisDown } = settings
  const { trust } = space
  const values = createStoredValues({ parts, tier, keyDrops })
  const allowanceMs = redisDown === 'serve' ? settings.serveForMs : tier.trustMs

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

  function loadUnder({ lease, address, known }: Right, call: Call): Promise<unknown> {
    const { flight, read } = call
    miss(call, call.reason)
    const { turn, generation } = lease.sent
    let isOver = false
    const running = loads.run(flight, read, async ({ value, loadMs, beganAt }) => {
      const encoded = await codec.encode(read.key, value)
      // Only now: who has joined meanwhile brought tags of its own.
      const fence = { ...space.fence(flight.tags, lease.asOf, scope), provedAt: beganAt, turn, generation }
      const kept = loads.entryParts(flight, read, { value, loadMs, id: lease.token, fence })
      if (kept === undefined) {
        if (inFlight.land(flight)) memory.drop(read.name)
        isOver = true
        // Later, where Redis has not heard of it: whoever loads it by then loses its right to.
        if (!(await tier.release(lease, known)) && known !== '') await dropShared(read.key)
        return
      }
      const isKept = keepInMemory(parts, { flight, read }, kept)
      isOver = true
      const content = { ...encoded, ...kept.lifetime, loadMs, size: kept.size, tags: [...flight.tags] }
      void store(lease, { address, read, isKept }, content)
    })
    const giveBack = () => {
      if (!isOver) void tier.release(lease)
    }
    running.then(giveBack, giveBack)
    return running
  }

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

  const dropShared = (key: string) =>
    space.change({ tags: [], keys: [[settings.namespace, key]], patterns: [], hard: true, ack: 'redis' })

  /** What memory has, if it may be served although Redis cannot be asked. */
  function excused({ name, policy }: Read): CacheEntry | undefined {
    if (redisDown === 'fail') return undefined
    const entry = memory.peek(name)
    const isExcused = entry !== undefined && !policy.isStrong && tier.excuses(entry, scope, allowanceMs)
    return isExcused ? entry : undefined
  }

  /** Redis cannot be asked. */
  function offline(call: Call, error: unknown): unknown {
    const { flight, read } = call
    const entry = excused(read)
    const answer = entry === undefined ? undefined : hit(call, entry, 'memory')
    if (answer !== undefined) return answer.value
    miss(call, 'unreachable')
    if (redisDown === 'fail') throw redisDownError(read.key, error)
    const { turn } = trust
    return loads.run(flight, read, ({ value, loadMs, beganAt }) => {
      const fence: Fence = {
        ...space.fence(flight.tags, space.asOf(), scope),
        generation: noGeneration,
        provedAt: beganAt,
        turn,
      }
      const kept = loads.entryParts(flight, read, { value, loadMs, id: '', fence })
      if (kept !== undefined) keepInMemory(parts, { flight, read }, kept)
      else if (inFlight.land(flight)) memory.drop(read.name)
    })
  }

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

  async function searchOn(call: Call, seen: NotServed | undefined): Promise<unknown> {
    try {
      const found = await find(call, seen)
      return 'value' in found ? found.value : loadUnder(found, call)
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

  return { search, look, lookMany }
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

interface Right {
  lease: Lease
  address: Address
  /** The id of what lies in Redis under the key; '' where nothing does. */
  known: string
}

type Found = Served | Right
