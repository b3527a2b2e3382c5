import type { CacheEntry } from './entry.ts'
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
  const inMemory = entry === undefined ? null : describeEntry(entry, memory.state(entry, key), clock())
  const inRedis = tier === null ? null : await lookInto(tier, address)
  return { key, namespace, verdict: verdictOf(inMemory, inRedis), memory: inMemory, redis: inRedis }
}

function describeEntry(entry: CacheEntry, state: EntryState, now: number): Copy {
  return {
    state,
    freshForMs: Math.round(entry.freshUntil - now),
    staleForMs: Math.round(entry.staleUntil - now),
    keptForMs: Math.round(entry.keepUntil - now),
    asOf: entry.asOf,
    loadMs: Math.round(entry.loadMs),
    tags: entry.marks.map(({ name }) => name.slice(name.indexOf(':') + 1)),
  }
}

async function lookInto(tier: SharedTier, address: Address): Promise<Explanation['redis']> {
  try {
    return describeLookup(await tier.lookup(address), tier.redisNow())
  } catch (error) {
    return { unreachable: error instanceof Error ? error.message : String(error) }
  }
}

function describeLookup(found: Lookup, redisNow: number): Copy | null {
  if (found.state === 'absent') return null
  if (found.state !== 'found') {
    const none = { freshForMs: 0, staleForMs: 0, keptForMs: 0, asOf: 0, loadMs: 0, tags: [] }
    return { state: found.state, ...none }
  }
  const { record, softAt } = found
  const left = (until: number) => Math.round(until - redisNow)
  const times = { freshForMs: left(record.freshUntil), staleForMs: left(record.staleUntil) }
  const isFresh = times.freshForMs > 0 && softAt === Infinity
  const state = isFresh
    ? 'fresh'
    : times.staleForMs > 0
      ? 'stale'
      : left(record.keepUntil) > 0
        ? 'spare'
        : 'dead'
  const { asOf, loadMs, tags } = record
  return { state, ...times, keptForMs: left(record.keepUntil), asOf, loadMs, tags: [...tags] }
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
