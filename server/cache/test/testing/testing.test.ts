import { createNoCache, createTestCache } from '@hotpath/cache/testing'
import { expect, test } from 'vitest'

test('values age only when they are told to', async () => {
  const { cache, clock } = createTestCache({ ttl: '5m' })
  await cache.set('a', 1)
  const began = clock.now()
  clock.advance('299s')
  expect(cache.peek('a')).toBe(1)
  clock.advance(1000)
  expect(cache.peek('a')).toBeUndefined()
  expect(clock.now() - began).toBe(300_000)
})

test('a stale window begins and ends on the clock', async () => {
  const { cache, clock } = createTestCache({ ttl: '1m', staleWhileRevalidate: '1m' })
  await cache.set('a', 'old')
  clock.advance('90s')
  expect(await cache.getOrLoad('a', () => 'new')).toBe('old')
  await expect.poll(() => cache.peek('a')).toBe('new')
})

test('its tags are invalidated as ever, and two test caches have nothing in common', async () => {
  const [one, other] = [createTestCache(), createTestCache({ namespace: 'other' })]
  await one.cache.set('a', 1, { tags: ['x'] })
  await other.cache.set('a', 2, { tags: ['x'] })
  await one.cache.invalidate({ tags: ['x'] })
  expect([one.cache.peek('a'), other.cache.peek('a')]).toEqual([undefined, 2])
  expect([one.cache.stats().namespace, other.cache.stats().namespace]).toEqual(['test', 'other'])
})

test('chance is the same at every run', async () => {
  const ends = await Promise.all(
    [1, 2, 3].map(async () => {
      const { cache, clock } = createTestCache({ ttl: '100s', jitter: 0.2 })
      await cache.set('a', 1)
      let seconds = 0
      for (; cache.peek('a') !== undefined; seconds++) clock.advance('1s')
      return seconds
    }),
  )
  expect(new Set(ends)).toEqual(new Set([90]))
})

test('a time that is none is refused', () => {
  const { clock } = createTestCache()
  expect(() => clock.advance(-1)).toThrow(expect.objectContaining({ code: 'HP_DURATION_INVALID' }))
})

test('without a cache, each read runs its loader and nothing is kept', async () => {
  const cache = createNoCache()
  let loads = 0
  const read = () => cache.getOrLoad('a', () => ++loads)
  expect([await read(), await read()]).toEqual([1, 2])
  await cache.set('a', 'kept?')
  expect(await cache.get('a')).toBeUndefined()
  expect(await cache.delete('a')).toBe(false)
})
