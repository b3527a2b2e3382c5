import type { Cache, Loader } from './cache.ts'
import type { Core } from './core.ts'
import { createManyLoads } from './many.ts'
import { type EntryOptions, entryPolicy, requireKey, requireLoader } from './options.ts'
import type { Read } from './reads.ts'

/** The reading half of a cache. */
export type Lookups = Pick<Cache, 'getOrLoad' | 'get' | 'peek' | 'getMany'>

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
    if (policy.isStrong && (await catchUp(key)) !== 'here') return reads.readAlone(complete)
    return reads.read(complete)
  }

  /** Where everything that was invalidated before is known now. */
  async function catchUp(key: string): Promise<'here' | 'redis' | 'nowhere'> {
    try {
      return (await core.catchUp()) ? 'here' : 'redis'
    } catch (error) {
      core.tolerate(key, error)
      return 'nowhere'
    }
  }

  const findNothing = () => undefined

  async function get<T>(key: string, options?: Pick<EntryOptions, 'read'>): Promise<T | undefined> {
    requireKey(key)
    const name = nameOf(key)
    const group = groups.groupOf(key)
    if (options?.read === 'strong' && (await catchUp(key)) === 'nowhere') return missed()
    const entry = memory.find(name)
    const state = entry === undefined ? 'absent' : memory.state(entry, key)
    if (state === 'fresh') {
      counts.hits += 1
      group.hits.memory += 1
      return entry!.value as T
    }
    if (shared === null) return missed()
    const policy = entryPolicy(settings)
    try {
      const found = await shared.search.look({ key, name, load: findNothing, policy, group })
      return found === undefined ? missed() : (found.value as T)
    } catch (error) {
      core.tolerate(key, error)
      return missed()
    }

    function missed(): undefined {
      counts.misses += 1
      group.misses.absent += 1
    }
  }

  function quick(key: string, isFast: boolean) {
    const entry = memory.find(key)
    if (entry === undefined || !isFast || !memory.isQuick(entry)) return undefined
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
      if (entry !== undefined && memory.isQuick(entry)) return entry.value as never
      requireKey(key)
      const named = memory.peek(nameOf(key))
      const isFresh = named !== undefined && memory.state(named, key) === 'fresh'
      return (isFresh ? named.value : undefined) as never
    },
    async getMany(keys, load, options = {}) {
      const { tagsOf, ...common } = options
      const unique = [...new Set(keys)]
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
