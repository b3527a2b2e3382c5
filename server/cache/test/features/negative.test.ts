import { describe, expect, test } from 'vitest'
import { kinds, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()

describe.for(kinds)('in %s', (kind) => {
  test('without negativeTtl undefined is not kept, and null is kept as any value', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl: 30 })
    for (const key of ['u', 'u']) expect(await cache.getOrLoad(key, () => undefined)).toBeUndefined()
    expect(await cache.getOrLoad('n', () => null, { ttl: '1m' })).toBeNull()
    expect(await cache.getOrLoad('n', () => 'a value')).toBeNull()
    expect(cache.stats()).toMatchObject({ loads: 3, entries: 1 })
  })

  test.for([undefined, null])(
    'with it the absence %s is kept for that long, not for the ttl',
    async (absence) => {
      const world = await worlds.open(kind)
      const cache = world.cache({
        ttl: '1h',
        staleWhileRevalidate: '1h',
        staleIfError: '1h',
        negativeTtl: 500,
      })
      const load = () => absence
      expect(await cache.getOrLoad<unknown>('a', load)).toBe(absence)
      expect(await cache.getOrLoad<unknown>('a', () => 'a value')).toBe(absence)
      expect((await cache.explain('a')).memory).toMatchObject({ state: 'fresh' })
      await world.pass(500)
      expect(await cache.getOrLoad<unknown>('a', () => 'a value'), 'nor is it served stale').toBe('a value')
      expect(cache.stats()).toMatchObject({ loads: 2, hits: 1, misses: 2 })
    },
  )

  test('a kept absence is invalidated by its tags', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ negativeTtl: '1m' })
    await cache.getOrLoad('a', () => undefined, { tags: ['x'] })
    await cache.invalidate({ tags: ['x'] })
    expect(await cache.getOrLoad('a', () => 'a value')).toBe('a value')
  })

  test('set with undefined keeps the absence where there is a time for it, and drops the key where not', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    await cache.set('a', 'old')
    await cache.set('a', undefined)
    expect(await cache.getOrLoad('a', () => 'new')).toBe('new')
    await cache.set('a', undefined, { negativeTtl: '1m' })
    expect(await cache.getOrLoad('a', () => 'newer')).toBeUndefined()
  })
})

test.for([undefined, null])('the absence %s is known to the other processes', async (absence) => {
  const fleet = await worlds.openFleet()
  const options = { negativeTtl: '1m' } as const
  await fleet.cache(options, 0).getOrLoad<unknown>('a', () => absence)
  const other = fleet.cache(options, 1)
  expect(await other.getOrLoad<unknown>('a', () => 'a value')).toBe(absence)
  expect(other.stats()).toMatchObject({ loads: 0, hits: 1 })
})

test('a refresh that finds nothing takes the old value from all processes', async () => {
  const fleet = await worlds.openFleet()
  const [one, two] = [fleet.cache({ ttl: 20 }, 0), fleet.cache({ ttl: 20 }, 1)]
  const options = { staleIfError: '1m' } as const
  await one.getOrLoad('a', () => 'old', options)
  await fleet.pass(20)
  expect(await two.getOrLoad<unknown>('a', () => undefined)).toBeUndefined()
  await until(async () => (await one.explain('a')).memory === null)
  const failing = one.getOrLoad('a', () => Promise.reject(new Error('the origin is down')), options)
  await expect(failing).rejects.toThrow('the origin is down')
})
