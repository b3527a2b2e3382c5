import { describe, expect, test } from 'vitest'
import { codeOf, type Fleet, kinds, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()
const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `k:${index}`)

/** A loader of several keys that notes what it was asked for. */
function manyOrigin() {
  const asked: string[][] = []
  return {
    asked,
    load: (missing: readonly string[]) => {
      asked.push([...missing])
      return new Map(missing.map((key) => [key, `value of ${key}`]))
    },
  }
}

/** How often Redis ran each command since the last look. */
async function commandsSince(fleet: Fleet): Promise<Record<string, number>> {
  const text = String(await fleet.ask('INFO', 'commandstats'))
  await fleet.ask('CONFIG', 'RESETSTAT')
  const calls = [...text.matchAll(/^cmdstat_(\S+):calls=(\d+)/gm)]
  return Object.fromEntries(calls.map(([, name, count]) => [name, Number(count)]))
}

describe.for(kinds)('in %s', (kind) => {
  test('what is missing is loaded in one call, the rest is not asked for', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    const origin = manyOrigin()
    await cache.getOrLoad('k:1', () => 'known')
    const found = await cache.getMany(['k:0', 'k:1', 'k:2', 'k:0'], origin.load)
    expect([...found]).toEqual([
      ['k:0', 'value of k:0'],
      ['k:1', 'known'],
      ['k:2', 'value of k:2'],
    ])
    expect(origin.asked).toEqual([['k:0', 'k:2']])
    expect(await cache.getMany(['k:2', 'k:0'], origin.load)).toHaveLength(2)
    expect(origin.asked).toHaveLength(1)
    expect(cache.stats()).toMatchObject({ hits: 3, misses: 3, collapsed: 0 })
  })

  test('without a loader it finds what is there', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    await cache.getOrLoad('a', () => 1)
    expect([...(await cache.getMany(['b', 'a']))]).toEqual([['a', 1]])
    expect([...(await cache.getMany([]))]).toEqual([])
    expect(cache.stats()).toMatchObject({ hits: 1, misses: 2 })
  })

  test('keys that the loader does not find are missing, and asked for again', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    const origin = manyOrigin()
    const half = (missing: readonly string[]) => origin.load(missing.filter((key) => key !== 'k:1'))
    expect([...(await cache.getMany(keysOf(3), half)).keys()]).toEqual(['k:0', 'k:2'])
    expect([...(await cache.getMany(keysOf(3), origin.load)).keys()]).toEqual(keysOf(3))
    expect(origin.asked).toEqual([['k:0', 'k:2'], ['k:1']])
  })

  test('calls that overlap share their loads', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    const origin = manyOrigin()
    const [first, second] = await Promise.all([
      cache.getMany(['a', 'b', 'c'], origin.load),
      cache.getMany(['d', 'c', 'b'], origin.load),
    ])
    expect([...first.keys(), ...second.keys()]).toEqual(['a', 'b', 'c', 'd', 'c', 'b'])
    expect(origin.asked.flat().toSorted()).toEqual(['a', 'b', 'c', 'd'])
    expect(cache.stats()).toMatchObject({ misses: 4, collapsed: 2 })
  })

  test('the loader’s error goes to the call, nothing is kept, and the next call loads again', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    const origin = manyOrigin()
    const fail = () => Promise.reject(new Error('the origin is down'))
    expect(await codeOf(cache.getMany(keysOf(5), fail))).toBe('the origin is down')
    expect(await codeOf(cache.getMany(keysOf(5), () => [] as never))).toBe('HP_CACHE_MANY_INVALID')
    expect(await codeOf(cache.getMany(keysOf(5), () => undefined as never))).toBe('HP_CACHE_MANY_INVALID')
    expect(await codeOf(cache.getMany(keysOf(5), 'no loader' as never))).toBe('HP_CACHE_LOADER_INVALID')
    expect(await cache.getMany(keysOf(5), origin.load)).toHaveLength(5)
    await until(() => cache.stats().inFlight === 0)
  })

  test('a key that is none is refused, and the others are not waited for', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    const call = cache.getMany(['a', ''], () => new Promise<never>(() => {}))
    expect(await codeOf(call)).toBe('HP_CACHE_KEY_INVALID')
  })

  test('each value carries the tags of its key and those of the call', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    const options = { tags: ['all'], tagsOf: (key: string) => [`tag of ${key}`] }
    const origin = manyOrigin()
    await cache.getMany(keysOf(3), origin.load, options)
    await cache.invalidate({ tags: ['tag of k:1'] })
    await cache.getMany(keysOf(3), origin.load, options)
    await cache.invalidate({ tags: ['all'] })
    await cache.getMany(keysOf(3), origin.load, options)
    expect(origin.asked).toEqual([keysOf(3), ['k:1'], keysOf(3)])
  })

  test('tags found during the load hold for all that it brought', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    const origin = manyOrigin()
    await cache.getMany(keysOf(3), (missing, { addTags }) => {
      addTags('found')
      return origin.load(missing)
    })
    await cache.invalidate({ tags: ['found'] })
    expect(await cache.getMany(keysOf(3))).toHaveLength(0)
  })

  test('after an invalidation during the load nothing of it is kept', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    const origin = manyOrigin()
    const late = async (missing: readonly string[]) => {
      await cache.invalidate({ keys: ['k:0'], tags: ['x'] })
      return origin.load(missing)
    }
    const tagsOf = (key: string) => (key === 'k:1' ? ['x'] : [])
    expect(await cache.getMany(keysOf(3), late, { tagsOf })).toHaveLength(3)
    await until(() => cache.stats().fencedFills === 2)
    expect([...(await cache.getMany(keysOf(3))).keys()]).toEqual(['k:2'])
  })

  test('stale values are served at once while their refresh runs', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl: '1m', staleWhileRevalidate: '1m' })
    const origin = manyOrigin()
    await cache.getMany(keysOf(3), () => new Map(keysOf(3).map((key) => [key, 'old'])))
    await world.pass(5)
    await cache.expire({ pattern: '*' })
    expect(new Set((await cache.getMany(keysOf(3), origin.load)).values())).toEqual(new Set(['old']))
    await until(async () => (await cache.get('k:2')) === 'value of k:2')
    expect(origin.asked.flat().toSorted()).toEqual(keysOf(3))
  })
})

test('100 keys that Redis has cost one MGET', async () => {
  const fleet = await worlds.openFleet()
  const keys = keysOf(100)
  const options = { tagsOf: (key: string) => ['common', key] }
  await fleet.cache({}, 0).getMany(keys, manyOrigin().load, options)
  const other = fleet.cache({}, 1)
  // Beats and the announcement of the version are not of interest.
  await other.get('the announcement is over')
  await commandsSince(fleet)
  expect(
    await other.getMany(keys, () => Promise.reject(new Error('nothing is missing')), options),
  ).toHaveLength(100)
  const { mget } = await commandsSince(fleet)
  expect(mget).toBe(1)
  expect(other.stats()).toMatchObject({ loads: 0, hits: 100 })

  const strong = await other.getMany(keys, () => Promise.reject(new Error('never')), { read: 'strong' })
  expect(strong).toHaveLength(100)
  const afterwards = await commandsSince(fleet)
  expect(afterwards['ping'], 'not a question for each').toBeLessThanOrEqual(2)
  expect(afterwards['mget'] ?? 0).toBe(0)
})

test('two processes with overlapping keys wait for each other’s loads, and neither for ever', async () => {
  const fleet = await worlds.openFleet()
  const [one, two] = [fleet.cache({ timeout: '20s' }, 0), fleet.cache({ timeout: '20s' }, 1)]
  for (let round = 0; round < 10; round++) {
    const keys = keysOf(20).map((key) => `${key}:${round}`)
    const origin = manyOrigin()
    const slow = async (missing: readonly string[]) => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      return origin.load(missing)
    }
    const all = await Promise.all([
      one.getMany(keys, slow),
      two.getMany(keys.toReversed(), slow),
      one.getMany(keys.slice(5), slow),
      two.getMany(keys.slice(0, 15), slow),
    ])
    expect(all.map((found) => found.size)).toEqual([20, 20, 15, 15])
    expect(origin.asked.flat().toSorted(), 'each key is loaded once').toEqual(keys.toSorted())
  }
})

test('a strong getMany serves nothing that another process has invalidated before', async () => {
  const fleet = await worlds.openFleet()
  const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
  for (let round = 0; round < 20; round++) {
    await two.getMany(keysOf(5), () => new Map(keysOf(5).map((key) => [key, `old ${round}`])))
    await one.invalidate({ pattern: 'k:*' })
    const origin = manyOrigin()
    await two.getMany(keysOf(5), origin.load, { read: 'strong' })
    expect(origin.asked.flat().toSorted()).toEqual(keysOf(5))
    await one.invalidate({ pattern: '*' }, { ack: 'fleet' })
  }
})
