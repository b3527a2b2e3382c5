import { createCache, createTagSpace } from '@hotpath/cache'
import { expect, test } from 'vitest'
import { createDeferredLoad } from './deferred-load.ts'

function open() {
  const space = createTagSpace()
  return { space, cache: createCache({ namespace: 'test', tags: space, enabled: false }) }
}

test('turned off, every read runs its own loader and nothing is kept', async () => {
  const { cache } = open()
  const origin = createDeferredLoad<number>()
  const readers = [1, 2, 3].map(() => cache.getOrLoad('a', origin.load, { tags: ['x'], ttl: '1h' }))
  expect(origin.calls()).toBe(3)
  for (const value of [1, 2, 3]) origin.resolve(value)
  expect(await Promise.all(readers)).toEqual([1, 2, 3])
  await cache.set('a', 4)
  expect([await cache.get('a'), cache.peek('a'), await cache.delete('a')]).toEqual([
    undefined,
    undefined,
    false,
  ])
  expect(cache.stats()).toMatchObject({ loads: 3, misses: 4, hits: 0, collapsed: 0, entries: 0, bytes: 0 })
})

test('turned off, invalidate and expire do nothing', async () => {
  const { space, cache } = open()
  const before = space.asOf()
  await cache.invalidate({ tags: ['x'] })
  await cache.expire({ tags: ['x'] })
  expect(space.asOf()).toBe(before)
  expect(cache.stats().invalidations).toBe(0)
})

test('turned off, a loader that throws at once still rejects, and is counted', async () => {
  const { cache } = open()
  const load = (): string => {
    throw new Error('at once')
  }
  const read = cache.getOrLoad('a', load)
  await expect(read).rejects.toThrow('at once')
  expect(cache.stats()).toMatchObject({ loads: 1, loadErrors: 1 })
})

test('turned off, wrong keys and loaders are refused as ever', async () => {
  const { cache } = open()
  await expect(cache.getOrLoad('', () => 1)).rejects.toMatchObject({ code: 'HP_CACHE_KEY_INVALID' })
  await expect(cache.getOrLoad('a', 1 as never)).rejects.toMatchObject({ code: 'HP_CACHE_LOADER_INVALID' })
})
