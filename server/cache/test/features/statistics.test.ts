import type { Cache, KeyGroup } from '@hotpath/cache'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createDeferredLoad } from '../deferred-load.ts'
import { codeOf, kinds, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()

const sum = (counts: object) =>
  Object.values(counts).reduce((total: number, count) => total + (count as number), 0)

/** Reads, by the whole cache and by its groups. */
function reads(cache: Cache): { all: number; groups: number } {
  const { hits, staleHits, collapsed, misses, groups } = cache.stats()
  const ofGroup = (group: KeyGroup) =>
    sum(group.hits) + group.staleHits + group.sharedLoads + sum(group.misses)
  return {
    all: hits + staleHits + collapsed + misses,
    groups: groups.reduce((total, group) => total + ofGroup(group), 0),
  }
}

interface Step {
  /** How many reads it is. */
  reads: number
  play(cache: Cache, key: string): Promise<unknown>
}

const load = () => 'value'
const fail = () => Promise.reject(new Error('the origin is down'))
const never = () => new Promise<string>(() => {})
const names = [
  'get',
  'load',
  'fail',
  'strong',
  'together',
  'many',
  'manyFail',
  'late',
  'invalidate',
  'expire',
  'set',
] as const

const steps: Record<(typeof names)[number], Step> = {
  get: { reads: 1, play: (cache, key) => cache.get(key) },
  load: { reads: 1, play: (cache, key) => cache.getOrLoad(key, load, { tags: [key] }) },
  fail: { reads: 1, play: (cache, key) => codeOf(cache.getOrLoad(key, fail)) },
  strong: { reads: 1, play: (cache, key) => cache.getOrLoad(key, load, { read: 'strong' }) },
  together: {
    reads: 4,
    play: (cache, key) => Promise.all([1, 2, 3, 4].map(() => cache.getOrLoad(key, load))),
  },
  many: {
    reads: 3,
    play: (cache) =>
      cache.getMany(['g0:0', 'g1:1', 'g0:2', 'g0:0'], (keys) => new Map(keys.map((key) => [key, key]))),
  },
  manyFail: { reads: 2, play: (cache) => codeOf(cache.getMany(['g0:0', 'g1:1'], fail)) },
  late: { reads: 1, play: (cache, key) => codeOf(cache.getOrLoad(key, never, { timeout: 1 })) },
  invalidate: { reads: 0, play: (cache, key) => cache.invalidate({ tags: [key], keys: [key] }) },
  expire: { reads: 0, play: (cache, key) => cache.expire({ keys: [key] }) },
  set: { reads: 0, play: (cache, key) => cache.set(key, 'set') },
}

describe.for(kinds)('in %s', (kind) => {
  test('every read is counted once, whatever becomes of it', { timeout: 60_000 }, async () => {
    const world = await worlds.open(kind)
    let caches = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...names), fc.nat(2)), { maxLength: 25 }),
        async (history) => {
          const cache = world.cache({
            namespace: `run${caches++}`,
            staleWhileRevalidate: '1m',
            staleIfError: '1m',
            earlyRefresh: 0.5,
          })
          let count = 0
          for (const [name, number] of history) {
            count += steps[name].reads
            await steps[name].play(cache, `g${number % 2}:${number}`)
          }
          await until(() => cache.stats().inFlight === 0)
          expect(reads(cache)).toEqual({ all: count, groups: count })
          const { loads, loadErrors, groups } = cache.stats()
          expect(groups.reduce((total, group) => total + group.loads, 0)).toBe(loads)
          expect(groups.reduce((total, group) => total + group.loadErrors, 0)).toBe(loadErrors)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('misses have their reason', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    await cache.getOrLoad('absent', load)
    await cache.getOrLoad('expired', load, { ttl: 30, staleIfError: '1m' })
    await world.pass(30)
    await cache.get('expired')
    await cache.getOrLoad('expired', load)
    await cache.getOrLoad('invalidated', load, { tags: ['x'] })
    await cache.invalidate({ tags: ['x'] })
    await cache.get('invalidated')
    await cache.getOrLoad('invalidated', load, { tags: ['x'] })
    const { misses } = cache.stats().groups[0]!
    expect(misses).toEqual({ absent: 3, expired: 2, invalidated: 2, unreachable: 0, corrupt: 0 })
  })

  test('a stampede is one load, and the others are counted as prevented', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    const origin = createDeferredLoad<string>()
    const readers = Array.from({ length: 100 }, () => cache.getOrLoad('g:1', origin.load))
    await until(() => origin.calls() === 1)
    origin.resolve('value')
    await Promise.all(readers)
    expect(cache.stats()).toMatchObject({ loads: 1, collapsed: 99, misses: 1, inFlight: 0 })
    expect(cache.stats().groups).toMatchObject([{ name: 'g', sharedLoads: 99, loads: 1 }])
  })

  test('a load that is overtaken is counted as fenced once', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    for (const what of [{ tags: ['x'] }, { keys: ['a'] }, { pattern: '*' }]) {
      const origin = createDeferredLoad<string>()
      const read = cache.getOrLoad('a', origin.load, { tags: ['x'] })
      await until(() => origin.calls() === 1)
      await cache.invalidate(what)
      origin.resolve('old')
      await read
    }
    await until(() => cache.stats().fencedFills >= 3)
    await cache.getOrLoad('b', () => 'value')
    expect(cache.stats()).toMatchObject({ fencedFills: 3, invalidations: 3 })
  })
})

test('hits are told apart by the tier that had them', async () => {
  const fleet = await worlds.openFleet()
  const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
  await one.getOrLoad('a', () => 'value')
  await until(async () => (await two.explain('a')).redis !== null)
  await two.getOrLoad('a', () => 'never run')
  await until(() => two.peek('a') !== undefined)
  await two.getOrLoad('a', () => 'never run')
  await two.get('a')
  expect(two.stats().groups[0]).toMatchObject({ hits: { memory: 2, redis: 1 }, loads: 0 })
  expect(two.stats()).toMatchObject({ hits: 3, misses: 0 })
})
