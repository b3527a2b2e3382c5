import type { Cache, Loader } from './cache.ts'
import type { Core } from './core.ts'
import type { KeyGroup, MissReason } from './groups.ts'
import { reasons } from './local-search.ts'
import { createManyLoads } from './many.ts'
import { type EntryOptions, entryPolicy, requireKey, requireLoader } from './options.ts'
import type { Read } from './reads.ts'
import { isRedisTrouble } from './redis-trouble.ts'
import type { Seen } from './shared-search.ts'

/** The reading half of a cache. */
export type Lookups = Pick<Cache, 'getOrLoad' | 'get' | 'peek' | 'getMany'>

const hash = 35

export function createLookups(core: Core): Lookups {
  const { settings, memory, counts, reads, shared, nameOf } = core
  const { groups } = settings

  async function readSlowly(
    read: Pick<Read, 'key' | 'load' | 'onWait'>,
    options: EntryOptions | undefined,
  ): Promise<unknown> {
    const { key } = read
    requireKey(key)
    requireLoader(key, read.load)
    const policy = entryPolicy(settings, options)
    const complete: Read = { ...read, name: nameOf(key), policy, group: groups.groupOf(key) }
    if (policy.isStrong && (await catchUp(complete)) !== 'here') return reads.readAlone(complete)
    return reads.read(complete)
  }

  /** Where everything that was invalidated before is known now. */
  async function catchUp({
    key,
    group,
  }: {
    key: string
    group: KeyGroup
  }): Promise<'here' | 'redis' | 'nowhere'> {
    try {
      return (await core.catchUp()) ? 'here' : 'redis'
    } catch (error) {
      if (isRedisTrouble(error) && settings.redisDown === 'fail') missed(group, 'unreachable')
      core.tolerate(key, error)
      return 'nowhere'
    }
  }

  const findNothing = () => undefined

  async function get<T>(key: string, options?: Pick<EntryOptions, 'read'>): Promise<T | undefined> {
    requireKey(key)
    const name = nameOf(key)
    const group = groups.groupOf(key)
    const isStrong = options?.read === 'strong'
    if (isStrong && (await catchUp({ key, group })) === 'nowhere') return missed(group, 'unreachable')
    const entry = memory.find(name)
    const state = entry === undefined ? 'absent' : memory.state(entry, key)
    if (state === 'fresh') return found(group, { value: entry!.value, from: 'memory' }) as T
    const reason = state === 'stale' ? 'expired' : (reasons[state] ?? 'absent')
    if (shared === null) return missed(group, reason)
    const policy = { ...entryPolicy(settings), isStrong }
    try {
      const seen = await shared.search.look({ key, name, load: findNothing, policy, group }, reason)
      return typeof seen === 'string' ? missed(group, seen) : (found(group, seen) as T)
    } catch (error) {
      missed(group, 'unreachable')
      throw error
    }
  }

  function found(group: KeyGroup, { value, from }: Seen): unknown {
    counts.hits += 1
    group.hits[from] += 1
    return value
  }

  function missed(group: KeyGroup, reason: MissReason): undefined {
    counts.misses += 1
    group.misses[reason] += 1
  }

  /** Long keys are kept under names that begin with #; what asks for such a name itself asks for another key. */
  const isItsName = (key: string) => key.charCodeAt(0) !== hash

  function quick(key: string, isFast: boolean) {
    const entry = memory.find(key)
    if (entry === undefined || !isFast || !memory.isQuick(entry) || !isItsName(key)) return undefined
    counts.hits += 1
    entry.group.hits.memory += 1
    return entry
  }

  return {
    get,
    getOrLoad<T>(key: string, load: Loader<T>, options?: EntryOptions) {
      const entry = quick(key, options?.read !== 'strong')
      return (entry === undefined ? readSlowly({ key, load }, options) : entry.promise) as Promise<T>
    },
    peek(key) {
      const entry = memory.peek(key)
      if (entry !== undefined && memory.isQuick(entry) && isItsName(key)) return entry.value as never
      requireKey(key)
      const named = memory.peek(nameOf(key))
      const isFresh = named !== undefined && memory.state(named, key) === 'fresh'
      return (isFresh ? named.value : undefined) as never
    },
    async getMany(keys, load, options = {}) {
      const { tagsOf, ...common } = options
      const unique = [...new Set(keys)]
      if (load !== undefined) requireLoader(unique[0] ?? '', load)
      const many = load === undefined ? undefined : createManyLoads(unique, load)
      const optionsOf = (key: string) =>
        tagsOf === undefined ? common : { ...common, tags: [...(common.tags ?? []), ...tagsOf(key)] }
      const readOne = async (key: string) => {
        const decided = () => many?.decided(key)
        try {
          const entry = quick(key, common.read !== 'strong')
          if (entry !== undefined) return entry.value
          if (many === undefined) return await get(key, common)
          return await readSlowly({ key, load: many.loaderOf(key), onWait: decided }, optionsOf(key))
        } finally {
          decided()
        }
      }
      const values = await Promise.all(unique.map(readOne))
      const found = new Map<string, never>()
      for (const [index, value] of values.entries()) {
        if (value !== undefined) found.set(unique[index]!, value as never)
      }
      return found
    },
  }
}
