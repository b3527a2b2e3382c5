import type { Cache, Loader } from './cache.ts'
import type { Core } from './core.ts'
import { createGetMany } from './get-many.ts'
import type { KeyGroup, MissReason } from './groups.ts'
import { reasons } from './local-search.ts'
import { areObserved, observedRead } from './observed-read.ts'
import { type EntryOptions, entryPolicy, requireKey, requireLoader } from './options.ts'
import type { Read } from './reads.ts'
import { isRedisTrouble } from './redis-trouble.ts'
import type { Seen } from './shared-look.ts'

/** The reading half of a cache. */
export type Lookups = Pick<Cache, 'getOrLoad' | 'get' | 'peek' | 'getMany'>

export function createLookups(core: Core): Lookups {
  const { settings, memory, counts, reads, shared, nameOf } = core
  const { groups } = settings

  const usual = entryPolicy(settings)

  /** No promise but that of the read itself. */
  function readSlowly(
    { key, load, onWait, seen }: Pick<Read, 'key' | 'load' | 'onWait' | 'seen'>,
    options: EntryOptions | undefined,
  ): Promise<unknown> {
    try {
      requireKey(key)
      requireLoader(key, load)
      const policy = options === undefined ? usual : entryPolicy(settings, options)
      const read: Read = { key, name: nameOf(key), load, policy, group: groups.groupOf(key), onWait, seen }
      const run = policy.isStrong ? readStrongly : reads.read
      return areObserved() ? observedRead(settings, read, run) : run(read)
    } catch (error) {
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- as it was thrown
      return Promise.reject(error)
    }
  }

  const readStrongly = async (read: Read) =>
    (await catchUp(read)) === 'here' ? reads.read(read) : reads.readAlone(read)

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
    const policy = isStrong ? { ...usual, isStrong } : usual
    try {
      const seen = await shared.look.look({ key, name, load: findNothing, policy, group }, reason)
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
    getMany: createGetMany(core, { quick, catchUp, readSlowly, get, missed }),
  }
}
