import { type CacheEntry, type Expiry, expiredAt, freshness } from './entry.ts'
import type { EntryState, MemoryTier } from './memory-tier.ts'
import type { CacheSettings } from './options.ts'
import type { Address, Lookup, SharedTier } from './shared/tier.ts'

/** One copy of a value. Ages and times left are milliseconds; what is past is negative. */
export interface Copy {
  /** `unknown` has to be held against Redis before it is served. */
  state: EntryState | 'absent' | 'corrupt'
  freshForMs: number
  staleForMs: number
  /** How long it may still be served when its loader fails. */
  keptForMs: number
  /** The stamp from before its load. */
  asOf: number
  loadMs: number
  /** What it depends on; long tags by their digest. */
  tags: string[]
}

/** Where a key's value lies, and what would become of a read now. */
export interface Explanation {
  key: string
  namespace: string
  /** In one sentence. */
  verdict: string
  /** Null where nothing lies there. */
  memory: Copy | null
  /** Null without Redis, or where nothing lies there; otherwise why it could not be asked. */
  redis: Copy | { unreachable: string } | null
}

export interface ExplainParts {
  settings: CacheSettings
  memory: MemoryTier
  tier: SharedTier | null
  address: Address
}

/** Looks without touching: no statistics, no eviction, no load. */
export async function explain({ settings, memory, tier, address }: ExplainParts): Promise<Explanation> {
  const { clock, namespace } = settings
  const { key, place } = address
  const entry = memory.peek(place.name)
  // In Redis a mark is named by what holds it, a colon and the tag.
  const tagOf = tier === null ? (name: string) => name : (name: string) => name.slice(name.indexOf(':') + 1)
  const inMemory =
    entry === undefined ? null : describeEntry(entry, memory.state(entry, key), { now: clock(), tagOf })
  const inRedis = tier === null ? null : await lookInto(tier, address, clock)
  return { key, namespace, verdict: verdictOf(inMemory, inRedis), memory: inMemory, redis: inRedis }
}

interface Naming {
  now: number
  tagOf: (markName: string) => string
}

const timesOf = ({ freshUntil, staleUntil, keepUntil }: Expiry, now: number) => ({
  freshForMs: Math.round(freshUntil - now),
  staleForMs: Math.round(staleUntil - now),
  keptForMs: Math.round(keepUntil - now),
})

function describeEntry(entry: CacheEntry, state: EntryState, { now, tagOf }: Naming): Copy {
  return {
    state,
    ...timesOf(entry, now),
    asOf: entry.asOf,
    loadMs: Math.round(entry.loadMs),
    tags: entry.marks.map(({ name }) => tagOf(name)),
  }
}

async function lookInto(
  tier: SharedTier,
  address: Address,
  clock: () => number,
): Promise<Explanation['redis']> {
  try {
    const found = await tier.lookup(address)
    return describeLookup(found, { now: clock(), toLocal: tier.toLocal })
  } catch (error) {
    return { unreachable: error instanceof Error ? error.message : String(error) }
  }
}

function describeLookup(
  found: Lookup,
  { now, toLocal }: { now: number; toLocal: (redisMs: number) => number },
): Copy | null {
  if (found.state === 'absent') return null
  if (found.state !== 'found') {
    const none = { freshForMs: 0, staleForMs: 0, keptForMs: 0, asOf: 0, loadMs: 0, tags: [] }
    return { state: found.state, ...none }
  }
  const { record, softAt } = found
  const { asOf, loadMs, tags } = record
  const stored = {
    freshUntil: toLocal(record.freshUntil),
    staleUntil: toLocal(record.staleUntil),
    keepUntil: toLocal(record.keepUntil),
  }
  const expiry = softAt < Infinity ? expiredAt(stored, Math.min(softAt, now)) : stored
  return { state: freshness(expiry, now), ...timesOf(expiry, now), asOf, loadMs, tags: [...tags] }
}

function verdictOf(memory: Copy | null, redis: Explanation['redis']): string {
  if (memory?.state === 'fresh') return 'Served from memory.'
  if (memory?.state === 'stale') return 'Served stale from memory, while one load refreshes it.'
  if (redis !== null && 'unreachable' in redis) return `Redis cannot be asked: ${redis.unreachable}`
  const why = memory === null ? 'not in memory' : memorySays[memory.state]
  if (redis === null) return `Loaded at the next read: ${why}.`
  if (redis.state === 'fresh') return `Served from Redis: ${why}.`
  if (redis.state === 'stale') return `Served stale from Redis, while one load refreshes it: ${why}.`
  return `Loaded at the next read: ${why}; ${redisSays[redis.state]}.`
}

const memorySays: Record<Copy['state'], string> = {
  fresh: 'fresh in memory',
  stale: 'stale in memory',
  spare: 'memory has it for when its loader fails',
  dead: 'its time in memory has ended',
  overtaken: 'what memory has was invalidated',
  unknown: 'memory has it and must ask whether it still holds',
  absent: 'not in memory',
  corrupt: 'not in memory',
}

const redisSays: Record<Copy['state'], string> = {
  ...memorySays,
  spare: 'Redis has it for when its loader fails',
  dead: 'its time in Redis has ended',
  overtaken: 'what Redis has was invalidated',
  corrupt: 'what Redis has cannot be read',
}
