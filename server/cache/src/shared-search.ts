import { cacheErrors } from './errors.ts'
import { type CacheEntry, createEntry, expireEntry, freezeShared, freshness } from './entry.ts'
import { describe, reasonOf } from './describe.ts'
import type { Flight } from './in-flight.ts'
import { keepInMemory, type Loads } from './loads.ts'
import { reasons } from './local-search.ts'
import type { Fence } from './marks.ts'
import type { Read, ReadParts, Search, SearchBegin } from './reads.ts'
import type { KeyDrops } from './key-drops.ts'
import type { Address, Lease, Lookup, SharedTier } from './shared/tier.ts'

export interface SharedSearchParts {
  parts: ReadParts
  loads: Loads
  tier: SharedTier
  keyDrops: KeyDrops
  addressOf: (key: string) => Address
  /** Begins a refresh of a stale value, once the flight that found it has landed. */
  refresh: (read: Read, entry: CacheEntry) => void
}

export interface SharedSearch {
  search: Search
  /** What lies in Redis under a key, if it is fresh; nothing is loaded. Rejects as RedisPort does. */
  look(read: Read): Promise<{ value: unknown } | undefined>
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
  const allowanceMs = redisDown === 'serve' ? settings.serveForMs : tier.trustMs

  function hit(
    { read, begin }: Call,
    entry: CacheEntry,
    from: 'memory' | 'redis',
  ): { value: unknown } | undefined {
    const fresh = freshness(entry, clock())
    if (fresh === 'dead' || fresh === 'spare') return undefined
    if (begin.isCounted) return { value: entry.value }
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

  /** What Redis holds, if it may be served. */
  function use(call: Call, found: Lookup): { value: unknown } | undefined {
    const { flight, read } = call
    const entry = take(read, found, flight.landed)
    if (entry === undefined) return undefined
    if (freshness(entry, clock()) !== 'dead') flight.spare = entry
    return hit(call, entry, 'redis')
  }

  /** Kept in memory where it is the newest known. */
  function take(read: Read, found: Lookup, isOver: boolean): CacheEntry | undefined {
    if (found.state !== 'found') return undefined
    const { record, fence, softAt, id } = found
    let value: unknown
    try {
      value = freezeShared(codec.decode(record.format, record.body))
    } catch {
      read.group.misses.corrupt += 1
      return undefined
    }
    const earlyMs = (record.freshUntil - tier.redisNow()) * read.policy.earlyRefresh * settings.random()
    const freshUntil = tier.toLocal(record.freshUntil)
    const expiry = {
      refreshAt: freshUntil - Math.max(0, earlyMs),
      freshUntil,
      staleUntil: tier.toLocal(record.staleUntil),
      keepUntil: tier.toLocal(record.keepUntil),
    }
    const entryParts = { value, id, group: read.group, loadMs: record.loadMs, fence, expiry }
    const isNewest =
      fence.generation === trust.generation && !keyDrops.droppedSince(read.name, fence.turn) && !isOver
    const entry = isNewest ? memory.keep(read.name, entryParts) : createEntry(entryParts)
    if (softAt < Infinity) expireEntry(entry, Math.min(softAt, clock()))
    return entry
  }

  /** Memory's own entry, if Redis says that it still holds. */
  async function recheck(call: Call, address: Address): Promise<{ value: unknown } | undefined> {
    const { flight, read, begin } = call
    const { entry, state } = begin
    if (entry === undefined || state !== 'unknown') return undefined
    const judgement = await tier.recheck(entry, address)
    if (judgement === undefined || keyDrops.droppedSince(read.name, flight.turn)) return undefined
    const { standing, softAt } = judgement
    if (standing !== 'current' && standing !== 'expired') return undefined
    if (standing === 'expired') expireEntry(entry, Math.min(softAt, clock()))
    return hit(call, entry, 'memory')
  }

  /** What may be served, or the right to load. */
  async function find(call: Call): Promise<Found> {
    const { read, begin } = call
    await tier.settled()
    const address = addressOf(read.key)
    let known = begin.isRefresh ? (begin.entry?.id ?? '') : ''
    let reason: Reason = reasons[begin.state] ?? 'absent'
    if (!begin.isRefresh) {
      const held = await recheck(call, address)
      if (held !== undefined) return held
      const found = await tier.lookup(address)
      const answer = use(call, found)
      if (answer !== undefined) return answer
      known = found.id
      reason = reasonOfMiss(found) ?? reason
    }
    const right = await acquire(call, { address, known })
    return 'value' in right ? right : { ...right, address, reason, isReplacing: known !== '' }
  }

  /** The right to load, or what somebody else has stored meanwhile. */
  async function acquire(
    call: Call,
    { address, known: first }: { address: Address; known: string },
  ): Promise<{ lease: Lease } | { value: unknown }> {
    const { flight, read } = call
    let known = first
    let waitMs = firstWaitMs
    while (clock() < flight.endsAt) {
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

  function loadUnder(
    { lease, address, reason, isReplacing }: Right,
    { flight, read, begin }: Call,
  ): Promise<unknown> {
    if (!begin.isCounted) {
      counts.misses += 1
      read.group.misses[reason] += 1
    }
    const { turn, generation } = lease.sent
    let filled = false
    const running = loads.run(flight, read, async ({ value, loadMs, beganAt }) => {
      const fence = { ...space.fence(flight.tags, lease.asOf, scope), provedAt: beganAt, turn, generation }
      const kept = loads.entryParts(flight, read, { value, loadMs, id: lease.token, fence })
      if (kept === undefined) {
        if (inFlight.land(flight)) memory.drop(read.name)
        if (isReplacing) await dropShared(read.key)
        return
      }
      const encoded = await codec.encode(read.key, value)
      keepInMemory(parts, { flight, read }, kept)
      filled = true
      const content = { ...encoded, ...kept.lifetime, loadMs, tags: [...flight.tags] }
      void store(lease, { address, read }, content)
    })
    const giveBack = () => {
      if (!filled) void tier.release(lease)
    }
    running.then(giveBack, giveBack)
    return running
  }

  async function store(
    lease: Lease,
    { address, read }: { address: Address; read: Read },
    content: Parameters<SharedTier['fill']>[2],
  ): Promise<void> {
    try {
      const { stored } = await tier.fill(lease, address, content)
      if (stored) return
      counts.fencedFills += 1
      if (memory.peek(read.name)?.id === lease.token) memory.drop(read.name)
    } catch {
      // Redis may have stored it or not; memory's copy is held against the same marks.
    }
  }

  const dropShared = (key: string) =>
    space.change({ tags: [], keys: [[settings.namespace, key]], patterns: [], hard: true, ack: 'redis' })

  /** Redis cannot be asked. */
  function offline(call: Call, error: unknown): unknown {
    const { flight, read, begin } = call
    const entry = memory.peek(read.name)
    if (redisDown === 'fail') {
      throw cacheErrors.HP_CACHE_REDIS_DOWN(
        { key: describe(read.key), problem: reasonOf(error) },
        { cause: error },
      )
    }
    const isExcused = entry !== undefined && !read.policy.isStrong && tier.excuses(entry, scope, allowanceMs)
    const answer = isExcused ? hit(call, entry, 'memory') : undefined
    if (answer !== undefined) return answer.value
    if (!begin.isCounted) {
      counts.misses += 1
      read.group.misses.unreachable += 1
    }
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

  async function look(read: Read): Promise<{ value: unknown } | undefined> {
    await tier.settled()
    const entry = take(read, await tier.lookup(addressOf(read.key)), false)
    if (entry === undefined || freshness(entry, clock()) !== 'fresh') return undefined
    counts.hits += 1
    read.group.hits.redis += 1
    return { value: entry.value }
  }

  const search: Search = async (flight, read, begin) => {
    const call = { flight, read, begin }
    let found: Found
    try {
      found = await find(call)
    } catch (error) {
      if (isRedisTrouble(error)) return offline(call, error)
      const spare = loads.instead(flight, read)
      if (spare === undefined) throw error
      return spare.value
    }
    return 'value' in found ? found.value : loadUnder(found, call)
  }

  return { search, look }
}

/** One search. */
interface Call {
  flight: Flight
  read: Read
  begin: SearchBegin
}

type Reason = 'absent' | 'expired' | 'invalidated' | 'corrupt'

interface Right {
  lease: Lease
  address: Address
  /** Why nothing could be served. */
  reason: Reason
  /** Something lies in Redis under the key. */
  isReplacing: boolean
}

type Found = { value: unknown } | Right

/** Whether Redis failed us, and not the loader. */
export const isRedisTrouble = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  typeof error.code === 'string' &&
  error.code.startsWith('HP_CACHE_REDIS_')

function reasonOfMiss({ state }: Lookup): 'corrupt' | 'invalidated' | undefined {
  if (state === 'corrupt') return 'corrupt'
  return state === 'overtaken' ? 'invalidated' : undefined
}
