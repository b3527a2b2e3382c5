import type { Cache, Loader, ManyLoader, ManyOptions } from './cache.ts'
import type { Core } from './core.ts'
import type { CacheEntry } from './entry.ts'
import type { KeyGroup, MissReason } from './groups.ts'
import { createManyLoads } from './many.ts'
import { type EntryOptions, entryPolicy, requireKey, requireLoader } from './options.ts'
import type { NotServed, Read } from './reads.ts'
import { isRedisTrouble } from './redis-trouble.ts'

/** How single keys are read. */
export interface SingleReads {
  /** What memory may serve at once; counted. */
  quick(key: string, isFast: boolean): CacheEntry | undefined
  /** Where everything that was invalidated before is known now. @throws HP_CACHE_REDIS_DOWN */
  catchUp(of: { key: string; group: KeyGroup }): Promise<'here' | 'redis' | 'nowhere'>
  readSlowly(
    read: Pick<Read, 'key' | 'load' | 'onWait' | 'seen'>,
    options: EntryOptions | undefined,
  ): Promise<unknown>
  get(key: string, options?: Pick<EntryOptions, 'read'>): Promise<unknown>
  missed(group: KeyGroup, reason: MissReason): undefined
}

const nothing: Loader<undefined> = () => undefined

/** Memory for all keys, then Redis once for the rest; what neither can serve goes the way of single keys. */
export function createGetMany(core: Core, single: SingleReads): Cache['getMany'] {
  const { settings, memory, inFlight, counts, shared, nameOf } = core
  const { groups } = settings

  /** Adds what Redis can serve; the keys that are left, with what is known of them. */
  async function fromRedis(
    keys: readonly string[],
    { values, isStrong }: { values: Map<string, unknown>; isStrong: boolean },
  ): Promise<Map<string, NotServed | undefined>> {
    const left = new Map<string, NotServed | undefined>()
    const policy = { ...entryPolicy(settings), isStrong }
    const asked: Read[] = []
    for (const key of keys) {
      const name = nameOf(key)
      // A stale value is served from memory; a load in flight is shared.
      const isElsewhere = inFlight.has(name) || isHere(name, key)
      if (isElsewhere) left.set(key, undefined)
      else asked.push({ key, name, load: nothing, policy, group: groups.groupOf(key) })
    }
    const seen = await shared!.look.lookMany(asked)
    for (const [index, { key, group }] of asked.entries()) {
      const one = seen[index]!
      if ('reason' in one) {
        left.set(key, one)
      } else {
        counts.hits += 1
        group.hits[one.from] += 1
        values.set(key, one.value)
      }
    }
    return left
  }

  function isHere(name: string, key: string): boolean {
    const entry = memory.peek(name)
    const state = entry === undefined ? 'absent' : memory.state(entry, key)
    return state === 'fresh' || state === 'stale'
  }

  async function askRedis(
    keys: readonly string[],
    how: { values: Map<string, unknown>; isStrong: boolean },
  ): Promise<Map<string, NotServed | undefined>> {
    const unknown = () => new Map(keys.map((key) => [key, undefined]))
    if (shared === null || keys.length === 0) return unknown()
    const [key] = keys as [string, ...string[]]
    const isAway = how.isStrong && (await single.catchUp({ key, group: groups.groupOf(key) })) === 'nowhere'
    if (isAway) return unknown()
    try {
      return await fromRedis(keys, how)
    } catch (error) {
      // Each key does what this cache does without Redis.
      if (isRedisTrouble(error)) return unknown()
      throw error
    }
  }

  function loadMany<T>(
    left: ReadonlyMap<string, NotServed | undefined>,
    load: ManyLoader<T>,
    options: ManyOptions,
  ) {
    const { tagsOf, ...common } = options
    const many = createManyLoads([...left.keys()], load)
    const optionsOf = (key: string) =>
      tagsOf === undefined ? common : { ...common, tags: [...(common.tags ?? []), ...tagsOf(key)] }
    return Array.from(left, async ([key, seen]) => {
      const decided = () => many.decided(key)
      try {
        return await single.readSlowly(
          { key, load: many.loaderOf(key), onWait: decided, seen },
          optionsOf(key),
        )
      } finally {
        decided()
      }
    })
  }

  const getLeft = (left: ReadonlyMap<string, NotServed | undefined>, options: ManyOptions) =>
    Array.from(left, async ([key, seen]) =>
      seen === undefined ? single.get(key, options) : single.missed(groups.groupOf(key), seen.reason),
    )

  return async <T>(keys: readonly string[], load?: ManyLoader<T>, options: ManyOptions = {}) => {
    const isStrong = options.read === 'strong'
    const unique = [...new Set(keys)]
    for (const key of unique) requireKey(key)
    if (load !== undefined) requireLoader(unique[0] ?? '', load)
    const values = new Map<string, unknown>()
    const missing = unique.filter((key) => {
      const entry = single.quick(key, !isStrong)
      if (entry !== undefined) values.set(key, entry.value)
      return entry === undefined
    })
    const left = await askRedis(missing, { values, isStrong })
    const rest = await Promise.all(
      load === undefined ? getLeft(left, options) : loadMany(left, load, options),
    )
    for (const [index, key] of [...left.keys()].entries()) values.set(key, rest[index])
    const found = new Map<string, T>()
    for (const key of unique) {
      const value = values.get(key) as T | undefined
      if (value !== undefined) found.set(key, value)
    }
    return found
  }
}
