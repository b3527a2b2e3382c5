import { createCache, createTagSpace } from '@hotpath/cache'
import { expect, test } from 'vitest'
import { createDeferredLoad, settled } from './deferred-load.ts'

function open() {
  const now = { ms: 0 }
  const tags = createTagSpace({ clock: () => now.ms })
  return { now, cache: createCache({ namespace: 'test', tags, ttl: 100, staleWhileRevalidate: 50 }) }
}

test('a stale value is answered at once while one refresh runs', async () => {
  const { now, cache } = open()
  const origin = createDeferredLoad<string>()
  await cache.getOrLoad('a', () => 'old')
  now.ms = 149
  const readers = Array.from({ length: 10 }, () => cache.getOrLoad('a', origin.load))
  expect(new Set(await Promise.all(readers))).toEqual(new Set(['old']))
  expect(origin.calls()).toBe(1)
  origin.resolve('new')
  await settled()
  expect(cache.peek('a')).toBe('new')
  expect(cache.stats()).toMatchObject({ staleHits: 10, loads: 2, misses: 1, inFlight: 0 })
})

test('a stale value ends with its window', async () => {
  const { now, cache } = open()
  await cache.getOrLoad('a', () => 'old')
  now.ms = 150
  expect(await cache.getOrLoad('a', () => 'new')).toBe('new')
  expect(cache.stats()).toMatchObject({ staleHits: 0, misses: 2 })
})

test('get and peek serve fresh values only', async () => {
  const { now, cache } = open()
  await cache.set('a', 'old')
  now.ms = 100
  expect([await cache.get('a'), cache.peek('a')]).toEqual([undefined, undefined])
})

test('a refresh that fails is counted, disturbs nobody, and leaves the stale value to its end', async () => {
  const { now, cache } = open()
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', listen)
  try {
    await cache.getOrLoad('a', () => 'old')
    now.ms = 100
    const fail = () => Promise.reject(new Error('the origin is down'))
    expect(await cache.getOrLoad('a', fail)).toBe('old')
    await settled()
    expect(await cache.getOrLoad('a', fail)).toBe('old')
    await settled()
    now.ms = 150
    await expect(cache.getOrLoad('a', fail)).rejects.toThrow('the origin is down')
    await settled()
  } finally {
    process.off('unhandledRejection', listen)
  }
  expect(unhandled).toEqual([])
  expect(cache.stats()).toMatchObject({ loadErrors: 2, staleHits: 2, inFlight: 0 })
})

test('a caller that comes after the end of the window joins the refresh that is running', async () => {
  const { now, cache } = open()
  const origin = createDeferredLoad<string>()
  await cache.getOrLoad('a', () => 'old')
  now.ms = 149
  await cache.getOrLoad('a', origin.load)
  now.ms = 150
  const late = cache.getOrLoad('a', origin.load)
  origin.resolve('new')
  expect(await late).toBe('new')
  expect(origin.calls()).toBe(1)
})

test('a refresh that finds no value any more drops the old one', async () => {
  const { now, cache } = open()
  await cache.getOrLoad<string | undefined>('a', () => 'old')
  now.ms = 100
  expect(await cache.getOrLoad<string | undefined>('a', () => undefined)).toBe('old')
  await settled()
  expect(cache.stats().entries).toBe(0)
})

test.for([
  ['a tag', { tags: ['x'] }],
  ['its key', { keys: ['a'] }],
  ['a pattern', { pattern: 'a*' }],
] as const)('expire by %s turns a value stale: served while it is refreshed', async ([, what]) => {
  const { now, cache } = open()
  await cache.set('a', 'old', { tags: ['x'] })
  await cache.set('b', 'untouched')
  now.ms = 10
  await cache.expire(what)
  expect([cache.peek('a'), cache.peek('b')]).toEqual([undefined, 'untouched'])
  now.ms = 59
  expect(await cache.getOrLoad('a', () => 'new')).toBe('old')
  await settled()
  expect(cache.peek('a')).toBe('new')
})

test('an expired value is served for its stale window and no longer', async () => {
  const { now, cache } = open()
  await cache.set('a', 'old')
  await cache.set('b', 'old', { staleWhileRevalidate: 0 })
  await cache.expire({ pattern: '*' })
  expect(await cache.getOrLoad('b', () => 'new')).toBe('new')
  now.ms = 50
  expect(await cache.getOrLoad('a', () => 'new')).toBe('new')
})

test('expiring again does not prolong', async () => {
  const { now, cache } = open()
  await cache.set('a', 'old')
  await cache.expire({ keys: ['a'] })
  now.ms = 40
  await cache.expire({ keys: ['a'] })
  now.ms = 50
  expect(await cache.getOrLoad('a', () => 'new')).toBe('new')
})

test('a load that began before an expiry is shared, and stale when it arrives', async () => {
  const { cache } = open()
  const origin = createDeferredLoad<string>()
  const before = cache.getOrLoad('a', origin.load)
  await cache.expire({ tags: ['x'] })
  const after = cache.getOrLoad('a', origin.load)
  origin.addTags('x')
  origin.resolve('old')
  expect(await Promise.all([before, after])).toEqual(['old', 'old'])
  expect(cache.peek('a')).toBeUndefined()
  expect(await cache.getOrLoad('a', () => 'new')).toBe('old')
  await settled()
  expect(cache.peek('a')).toBe('new')
})
