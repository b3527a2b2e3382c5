import { channel } from 'node:diagnostics_channel'
import type { Cache, Loader } from './cache.ts'
import { type CacheInvalidateMessage, cacheChannels } from './channels.ts'
import { describe } from './describe.ts'
import { type CacheEntry, freezeShared } from './entry.ts'
import { cacheErrors } from './errors.ts'
import { createInFlight, type Flight, staleAtBirth } from './in-flight.ts'
import type { LoadMeter } from './load-meter.ts'
import { createMemoryTier } from './memory-tier.ts'
import {
  type CacheSettings,
  type EntryOptions,
  type EntryPolicy,
  entryPolicy,
  requireKey,
  requireLoader,
} from './options.ts'
import { readSelection } from './selection.ts'
import { readTags } from './tag-space.ts'

interface Read {
  key: string
  load: Loader<unknown>
  options: EntryOptions | undefined
}

/** The cache whose fills are fenced: see TagSpace for the fence of a tag, InFlight for that of a key. */
export function createFencedCache(settings: CacheSettings, meter: LoadMeter): Cache {
  const { namespace, tags: space, store } = settings
  const memory = createMemoryTier(settings)
  const inFlight = createInFlight(space)
  const invalidated = channel(cacheChannels.invalidate)
  const counts = { hits: 0, staleHits: 0, collapsed: 0, misses: 0, fencedFills: 0, invalidations: 0 }

  async function load(flight: Flight, loader: Loader<unknown>, policy: EntryPolicy): Promise<unknown> {
    const { key, asOf, tags } = flight
    const addTags = (...found: string[]) => {
      if (flight.landed) throw cacheErrors.HP_CACHE_TAGS_LATE({ key: describe(key) })
      for (const tag of readTags(found)) tags.add(tag)
    }
    const loadAndFill = async () => {
      const value = freezeShared(await loader({ addTags }))
      if (inFlight.land(flight)) {
        const ttlMs = staleAtBirth(flight) ? 0 : policy.ttlMs
        memory.fill(key, value, { asOf, tags: [...tags], ttlMs, staleMs: policy.staleMs })
      } else {
        counts.fencedFills += 1
      }
      return value
    }
    try {
      return await meter.run(key, loadAndFill)
    } finally {
      inFlight.land(flight)
    }
  }

  function begin({ key, load: loader }: Read, policy: EntryPolicy): Promise<unknown> {
    const flight = inFlight.begin(key, policy.tags)
    flight.promise = load(flight, loader, policy)
    return flight.promise
  }

  async function readThrough(read: Read, entry: CacheEntry | undefined): Promise<unknown> {
    const { key } = read
    requireKey(key)
    requireLoader(key, read.load)
    const policy = entryPolicy(settings, read.options)
    const caller = { tags: policy.tags, arrivedAt: space.asOf() }
    if (entry !== undefined && memory.state(entry) !== 'dead') {
      counts.staleHits += 1
      // The meter counts a refresh that fails; the stale value stays until its end.
      if (!inFlight.join(key, caller)) begin(read, policy).catch(() => {})
      return entry.promise
    }
    if (entry !== undefined) memory.drop(key)
    const joined = inFlight.join(key, caller)
    if (joined === undefined) {
      counts.misses += 1
      return begin(read, policy)
    }
    counts.collapsed += 1
    const value = await resultOf(joined)
    if (inFlight.mayShare(joined, caller.arrivedAt)) return value
    // Whatever is stored or in flight by now took that load's place, so it began after this caller came.
    const stored = memory.peek(key)
    if (stored !== undefined) return stored.promise
    const next = inFlight.join(key, caller)
    return next === undefined ? begin(read, policy) : resultOf(next)
  }

  /** Fences the key: what is stored and what is being loaded. */
  function drop(key: string): boolean {
    inFlight.fence(key)
    return memory.drop(key)
  }

  function publish(message: Omit<CacheInvalidateMessage, 'namespace'>): void {
    counts.invalidations += 1
    if (invalidated.hasSubscribers) invalidated.publish({ namespace, ...message })
  }

  return {
    getOrLoad<T>(key: string, load: Loader<T>, options?: EntryOptions) {
      const entry = memory.find(key)
      if (entry !== undefined && memory.state(entry) === 'fresh') {
        counts.hits += 1
        return entry.promise as Promise<T>
      }
      return readThrough({ key, load, options }, entry) as Promise<T>
    },
    async get<T>(key: string) {
      requireKey(key)
      const entry = memory.find(key)
      const fresh = entry !== undefined && memory.state(entry) === 'fresh'
      counts[fresh ? 'hits' : 'misses'] += 1
      return (fresh ? entry.value : undefined) as T | undefined
    },
    peek(key) {
      requireKey(key)
      return memory.peek(key)?.value as never
    },
    async set(key, value, options) {
      requireKey(key)
      if (isThenable(value)) throw cacheErrors.HP_CACHE_VALUE_INVALID({ key: describe(key) })
      const policy = entryPolicy(settings, options)
      inFlight.fence(key)
      memory.fill(key, freezeShared(value), { ...policy, asOf: space.asOf() })
    },
    async delete(key) {
      requireKey(key)
      return drop(key)
    },
    async invalidate(what) {
      const { tags, keys, pattern, matches } = readSelection(what)
      space.advance(tags)
      for (const key of keys) drop(key)
      if (pattern !== null) {
        inFlight.fenceMatching(matches)
        memory.dropMatching(matches)
      }
      publish({ tags, keys, pattern, hard: true })
    },
    async expire(what) {
      const { tags, keys, pattern, matches } = readSelection(what)
      const named = new Set(keys)
      const tagged = new Set(tags)
      const isSelected = (key: string) => named.has(key) || matches(key)
      memory.expire((key, carried) => isSelected(key) || carried.some((tag) => tagged.has(tag)))
      inFlight.expire(isSelected, tags)
      publish({ tags, keys, pattern, hard: false })
    },
    stats: () => ({
      namespace,
      entries: store.size(),
      bytes: store.bytes(),
      ...counts,
      inFlight: inFlight.size(),
      evictions: store.evictions(),
      ...meter.stats(),
    }),
  }
}

/** @throws HP_CACHE_LOAD_RECURSIVE when the loader, still in its first synchronous stretch, asks for its own key */
function resultOf({ key, promise }: Flight): Promise<unknown> {
  if (promise === undefined) throw cacheErrors.HP_CACHE_LOAD_RECURSIVE({ key: describe(key) })
  return promise
}

function isThenable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
