import type { Cache } from '@hotpath/cache'
import { groupOf, groupTag, itemTag, keysOf, OriginFailure, ownKeys, sharedKeys } from './data.ts'
import { caches as kinds, firstWorkers, type Value, valueOf } from './data.ts'
import type { Dice } from './dice.ts'
import type { Recorder, Told } from './recorder.ts'

export interface Operating {
  worker: number
  dice: Dice
  caches: readonly Cache[]
  recorder: Recorder
  /** Asks the origin; null: it failed. */
  ask(what: 'load' | 'write', cache: number, keys: readonly string[]): Promise<number[] | null>
}

/** How often each is done, beside the others. */
const weights = {
  'getOrLoad fast': 60,
  'getOrLoad strong': 5,
  getMany: 6,
  get: 5,
  peek: 5,
  'invalidate key': 2,
  'invalidate tag': 2,
  'invalidate pattern': 0.4,
  set: 2,
  delete: 1,
  expire: 1,
} as const
export type OperationName = keyof typeof weights

/** These do not say whether Redis has it: this process may count on it, and all of them in the end. */
const silent: Told = {}

export function createOperations({ worker, dice, caches, recorder, ask }: Operating): () => Promise<void> {
  const writing = new Set<string>()
  const workers = Array.from({ length: Math.max(firstWorkers, worker + 1) }, (_, at) => at)
  const readable = [...sharedKeys, ...workers.flatMap(ownKeys)]
  // The lower half is asked for more: some keys are hot.
  const someKey = () => readable[Math.min(dice.below(readable.length), dice.below(readable.length))]!
  const someShared = () => dice.pick(sharedKeys)
  const someCache = () => dice.below(kinds.length)
  const ack = () => (dice.chance(0.2) ? ('fleet' as const) : ('redis' as const))

  async function load(cache: number, keys: readonly string[]): Promise<Value[]> {
    const versions = await ask('load', cache, keys)
    if (versions === null) throw new OriginFailure('the origin failed')
    return keys.map((key, at) => valueOf(key, versions[at]!))
  }

  async function getOrLoad(how: OperationName, read: 'fast' | 'strong'): Promise<void> {
    const [cache, key] = [someCache(), someKey()]
    await recorder.read({ cache, keys: [key], how, strong: read === 'strong' }, async () => {
      const value = await caches[cache]!.getOrLoad(
        key,
        async ({ addTags }) => {
          const [loaded] = await load(cache, [key])
          addTags(groupTag(groupOf(key)))
          return loaded!
        },
        { tags: [itemTag(key)], read },
      )
      return new Map([[key, value]])
    })
  }

  async function getMany(how: OperationName): Promise<void> {
    const cache = someCache()
    const keys = [...new Set(Array.from({ length: 2 + dice.below(12) }, someKey))]
    const read = dice.chance(0.1) ? 'strong' : 'fast'
    await recorder.read({ cache, keys, how, strong: read === 'strong' }, () =>
      caches[cache]!.getMany<Value>(
        keys,
        async (missing) => new Map((await load(cache, missing)).map((value) => [value.key, value] as const)),
        { read, tagsOf: (key) => [itemTag(key), groupTag(groupOf(key))] },
      ),
    )
  }

  async function lookUp(how: 'get' | 'peek'): Promise<void> {
    const [cache, key] = [someCache(), someKey()]
    await recorder.read({ cache, keys: [key], how, strong: false }, async () => {
      const value = how === 'get' ? await caches[cache]!.get<Value>(key) : caches[cache]!.peek<Value>(key)
      return new Map(value === undefined ? [] : [[key, value]])
    })
  }

  /** Writes at the origin, then tells the cache. */
  async function write(
    { keys, how, places, fleet = false }: Writing,
    tell: () => Promise<Told>,
  ): Promise<void> {
    const versions = (await ask('write', 0, keys))!
    const cuts = keys.flatMap((key, at) => places.map((cache) => ({ cache, key, version: versions[at]! })))
    await recorder.cut({ cuts, how, fleet, soft: false }, tell)
  }
  const everyCache = kinds.map((_, cache) => cache)

  async function set(how: OperationName): Promise<void> {
    const [cache, key] = [someCache(), dice.pick(ownKeys(worker))]
    // Two writes of one key at a time would race before the cache hears of either.
    if (writing.has(key)) return
    writing.add(key)
    try {
      const [version] = (await ask('write', cache, [key]))!
      const cuts = [{ cache, key, version: version! }]
      await recorder.cut({ cuts, how, fleet: false, soft: false }, async () => {
        await caches[cache]!.set(key, valueOf(key, version!), { tags: [itemTag(key)] })
        return silent
      })
    } finally {
      writing.delete(key)
    }
  }

  const run: Record<OperationName, (how: OperationName) => Promise<void>> = {
    'getOrLoad fast': (how) => getOrLoad(how, 'fast'),
    'getOrLoad strong': (how) => getOrLoad(how, 'strong'),
    getMany,
    get: () => lookUp('get'),
    peek: () => lookUp('peek'),
    async 'invalidate key'(how) {
      const [cache, key, acked] = [someCache(), someShared(), ack()]
      await write({ keys: [key], how, places: [cache], fleet: acked === 'fleet' }, () =>
        caches[cache]!.invalidate({ keys: [key] }, { ack: acked }),
      )
    },
    async 'invalidate tag'(how) {
      const [key, acked] = [someShared(), ack()]
      const whole = dice.chance(0.3)
      const tag = whole ? groupTag(groupOf(key)) : itemTag(key)
      const keys = whole ? keysOf(groupOf(key)) : [key]
      await write({ keys, how, places: everyCache, fleet: acked === 'fleet' }, () =>
        caches[someCache()]!.invalidate({ tags: [tag] }, { ack: acked }),
      )
    },
    async 'invalidate pattern'(how) {
      const [cache, group, acked] = [someCache(), groupOf(someShared()), ack()]
      await write({ keys: keysOf(group), how, places: [cache], fleet: acked === 'fleet' }, () =>
        caches[cache]!.invalidate({ pattern: `${group}:*` }, { ack: acked }),
      )
    },
    set,
    async delete(how) {
      const [cache, key] = [someCache(), someShared()]
      await write({ keys: [key], how, places: [cache] }, async () => {
        await caches[cache]!.delete(key)
        return silent
      })
    },
    async expire(how) {
      const [cache, key] = [someCache(), someShared()]
      const cuts = [{ cache, key, version: 0 }]
      await recorder.cut({ cuts, how, fleet: false, soft: true }, () =>
        caches[cache]!.expire({ keys: [key] }),
      )
    },
  }
  return () => {
    const how = dice.weighted(weights)
    return run[how](how)
  }
}

interface Writing {
  keys: readonly string[]
  how: OperationName
  /** The caches that it drops the keys from. */
  places: readonly number[]
  fleet?: boolean
}
