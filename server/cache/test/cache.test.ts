import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createCache, createTagSpace, type Cache, type CacheOptions } from '@hotpath/cache'
import { cacheChannels, type CacheReadMessage } from '@hotpath/cache/channels'
import * as fc from 'fast-check'
import { expect, expectTypeOf, test } from 'vitest'
import { createDeferredLoad, settled } from './deferred-load.ts'

const open = ({ clock, ...options }: Partial<CacheOptions> & { clock?: () => number } = {}): Cache =>
  createCache({ namespace: 'test', tags: createTagSpace(clock && { clock }), ...options })

test('1,000 concurrent cold callers share one load', async () => {
  const cache = open()
  const origin = createDeferredLoad<string>()
  const callers = Array.from({ length: 1000 }, () => cache.getOrLoad('ballot:1', origin.load))
  origin.resolve('ballot')
  expect(new Set(await Promise.all(callers))).toEqual(new Set(['ballot']))
  expect(origin.calls()).toBe(1)
  expect(cache.stats()).toMatchObject({ loads: 1, misses: 1, collapsed: 999, hits: 0, inFlight: 0 })
})

test('a hit answers with the very value that was loaded, and calls no loader', async () => {
  const cache = open()
  const value = { name: 'Ada' }
  await cache.getOrLoad('candidate:1', () => value)
  const again = cache.getOrLoad('candidate:1', () => expect.fail('a loader was called'))
  expect(await again).toBe(value)
  expect(await cache.get('candidate:1')).toBe(value)
  expect(cache.peek('candidate:1')).toBe(value)
  expect(cache.stats()).toMatchObject({ hits: 2, misses: 1, loads: 1, entries: 1 })
})

test('a value ends with its ttl', async () => {
  let now = 1000
  const cache = open({ ttl: '1s', clock: () => now })
  await cache.getOrLoad('a', () => 'by default')
  await cache.getOrLoad('b', () => 'by its own', { ttl: '2s' })
  now += 999
  expect([cache.peek('a'), cache.peek('b')]).toEqual(['by default', 'by its own'])
  now += 1
  expect([cache.peek('a'), cache.peek('b')]).toEqual([undefined, 'by its own'])
  expect(await cache.getOrLoad('a', () => 'loaded again')).toBe('loaded again')
})

test('a ttl counts from the arrival of the value', async () => {
  let now = 0
  const cache = open({ ttl: 100, clock: () => now })
  const origin = createDeferredLoad<number>()
  const caller = cache.getOrLoad('a', origin.load)
  now = 500
  origin.resolve(1)
  await caller
  now = 599
  expect(cache.peek('a')).toBe(1)
})

test('an error goes to the callers of its load alone, and is not kept', async () => {
  const cache = open()
  const origin = createDeferredLoad<string>()
  const callers = [cache.getOrLoad('a', origin.load), cache.getOrLoad('a', origin.load)]
  const outcomes = Promise.allSettled(callers)
  const down = new Error('the origin is down')
  origin.reject(down)
  expect(await outcomes).toEqual([
    { status: 'rejected', reason: down },
    { status: 'rejected', reason: down },
  ])
  expect(await cache.getOrLoad('a', () => 'up again')).toBe('up again')
  expect(cache.stats()).toMatchObject({ loads: 2, loadErrors: 1, inFlight: 0, entries: 1 })
})

test('a loader that throws at once behaves like one that rejects', async () => {
  const cache = open()
  const load = (): string => {
    throw new Error('at once')
  }
  const call = cache.getOrLoad('a', load)
  await expect(call).rejects.toThrow('at once')
  expect(cache.stats()).toMatchObject({ loadErrors: 1, inFlight: 0, entries: 0 })
})

test('null is a value; undefined is the absence of one', async () => {
  const cache = open()
  expect(await cache.getOrLoad('nobody', () => null)).toBeNull()
  expect(await cache.getOrLoad('nobody', () => expect.fail('null was not kept'))).toBeNull()
  expect(await cache.getOrLoad('nothing', () => undefined)).toBeUndefined()
  expect(await cache.getOrLoad<string | undefined>('nothing', () => 'now there is')).toBe('now there is')
  await cache.set('nothing', undefined)
  expect(await cache.get('nothing')).toBeUndefined()
})

test('set keeps, delete drops and says whether there was something to drop', async () => {
  let now = 0
  const cache = open({ clock: () => now })
  await cache.set('a', 1, { ttl: 10 })
  expect(await cache.get('a')).toBe(1)
  expect(await cache.delete('a')).toBe(true)
  expect(await cache.delete('a')).toBe(false)
  await cache.set('a', 2, { ttl: 10 })
  now = 10
  expect(await cache.delete('a')).toBe(false)
})

test('invalidate drops by tag, by key and by pattern, and nothing else', async () => {
  const cache = open()
  for (const id of [1, 2, 3, 4]) await cache.set(`ballot:${id}`, id, { tags: [`ballot:${id}`, 'ballots'] })
  await cache.set('voter:1', 'voter')
  await cache.invalidate({ tags: ['ballot:1'], keys: ['ballot:2'] })
  expect([1, 2, 3, 4].map((id) => cache.peek(`ballot:${id}`))).toEqual([undefined, undefined, 3, 4])
  await cache.invalidate({ pattern: '*:3' })
  expect([3, 4].map((id) => cache.peek(`ballot:${id}`))).toEqual([undefined, 4])
  await cache.invalidate({ tags: ['ballots'] })
  expect([cache.peek('ballot:4'), cache.peek('voter:1')]).toEqual([undefined, 'voter'])
})

test('keys and tags may be any Unicode', async () => {
  const text = fc.string({ unit: 'binary', minLength: 1 })
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(text, { minLength: 2, maxLength: 10 }), async (names) => {
      const cache = open({ maxEntries: 10 })
      for (const name of names) await cache.set(name, { name }, { tags: [name] })
      expect(names.map((name) => cache.peek(name))).toEqual(names.map((name) => ({ name })))
      await cache.invalidate({ tags: [names[0]!], keys: [names[1]!] })
      expect(names.map((name) => cache.peek(name))).toEqual(
        names.map((name, place) => (place < 2 ? undefined : { name })),
      )
    }),
  )
})

test('what readers share is frozen one level deep; instances and buffers are left alone', async () => {
  const cache = open()
  const rows = await cache.getOrLoad('rows', () => [3, 1, 2])
  expect(() => rows.sort((a, b) => a - b)).toThrow(TypeError)
  const when = await cache.getOrLoad('when', () => new Date(0))
  expect(Object.isFrozen(when)).toBe(false)
  await cache.set('bytes', Buffer.from('abc'))
  expect(await cache.get<Buffer>('bytes')).toEqual(Buffer.from('abc'))
})

test('a value larger than the whole cache is handed out and not kept', async () => {
  const cache = open({ maxBytes: '2kB' })
  await cache.set('small', 'x')
  await cache.set('large', 'was small')
  expect(await cache.getOrLoad('other', () => 'x'.repeat(5000))).toHaveLength(5000)
  await cache.set('large', 'x'.repeat(5000))
  expect([cache.peek('small'), cache.peek('large'), cache.peek('other')]).toEqual(['x', undefined, undefined])
  expect(cache.stats().bytes).toBeLessThanOrEqual(2000)
})

test('a sizeOf that throws is heard of, and leaves nothing behind', async () => {
  const sizeOf = () => {
    throw new Error('no size')
  }
  const cache = open({ sizeOf })
  await expect(cache.getOrLoad('a', () => 1)).rejects.toThrow('no size')
  await expect(cache.set('a', 1)).rejects.toThrow('no size')
  expect(cache.stats()).toMatchObject({ entries: 0, inFlight: 0, loadErrors: 1 })
})

test('counts each read once, each eviction, and how long loads took', async () => {
  let now = 0
  const cache = open({ maxEntries: 2, clock: () => now })
  for (const key of ['a', 'b', 'c', 'c']) {
    await cache.getOrLoad(key, () => {
      now += 40
      return key
    })
  }
  await cache.get('a')
  await cache.invalidate({ tags: ['x'] })
  await cache.expire({ keys: ['c'] })
  const { bytes, loadMs, groups, ...counts } = cache.stats()
  expect(counts).toEqual({
    namespace: 'test',
    entries: 1,
    hits: 1,
    staleHits: 0,
    collapsed: 0,
    misses: 4,
    loads: 3,
    loadErrors: 0,
    fencedFills: 0,
    inFlight: 0,
    evictions: 1,
    invalidations: 2,
  })
  expect(bytes).toBeGreaterThan(0)
  expect(groups).toMatchObject([
    { name: '(none)', hits: { memory: 1, redis: 0 }, misses: { absent: 4 }, loads: 3, loadMs: 120 },
  ])
  expect(loadMs.mean).toBe(40)
  expect(Math.abs(loadMs.p95 - 40)).toBeLessThan(0.4)
})

test('publishes loads and invalidations', async () => {
  let now = 0
  const cache = open({ clock: () => now })
  const heard: unknown[] = []
  const listen = (message: unknown) => void heard.push(message)
  const names = [cacheChannels.load, cacheChannels.invalidate]
  for (const name of names) subscribe(name, listen)
  try {
    await cache.getOrLoad('a', () => (now += 5))
    await cache.getOrLoad('b', () => Promise.reject(new Error('down'))).catch(() => {})
    await cache.invalidate({ tags: ['x'], keys: ['a'] })
    await cache.expire({ pattern: 'b*' })
  } finally {
    for (const name of names) unsubscribe(name, listen)
  }
  const namespace = 'test'
  expect(heard).toEqual([
    { namespace, key: 'a', durationMs: 5, error: null },
    { namespace, key: 'b', durationMs: 0, error: 'down' },
    { namespace, tags: ['x'], keys: ['a'], pattern: null, hard: true },
    { namespace, tags: [], keys: [], pattern: 'b*', hard: false },
  ])
})

test('publishes where the value of a read came from, in the context of its caller', async () => {
  const callers = new AsyncLocalStorage<string>()
  const cache = open({ clock: () => 0 })
  const heard: string[] = []
  const listen = (message: unknown) => {
    const { namespace, group, outcome, failed } = message as CacheReadMessage
    heard.push(`${callers.getStore()}: ${outcome} ${namespace}/${group}${failed ? ' failed' : ''}`)
  }
  const { promise, resolve } = Promise.withResolvers<number>()
  subscribe(cacheChannels.read, listen)
  try {
    const [first, second] = ['Ada', 'Bob'].map((name) =>
      callers.run(name, () => cache.getOrLoad('ballot:1', () => promise)),
    )
    resolve(1)
    await Promise.all([first, second])
    await cache.getOrLoad('ballot:1', () => 2)
    await callers
      .run('Eve', () => cache.getOrLoad('ballot:2', () => Promise.reject(new Error())))
      .catch(() => {})
  } finally {
    unsubscribe(cacheChannels.read, listen)
  }
  expect(heard.sort()).toEqual([
    'Ada: loaded test/ballot',
    'Bob: waited test/ballot',
    'Eve: loaded test/ballot failed',
  ])
})

test('a loader that asks for its own key is told so instead of waiting for ever', async () => {
  const cache = open()
  const load = (): Promise<string> => cache.getOrLoad('a', load)
  await expect(cache.getOrLoad('a', load)).rejects.toMatchObject({ code: 'HP_CACHE_LOAD_RECURSIVE' })
  await settled()
  expect(await cache.getOrLoad('a', () => 'fine')).toBe('fine')
})

test('the type of a read is the type of its loader', () => {
  const cache = open()
  expectTypeOf(cache.getOrLoad('a', () => 1)).toEqualTypeOf<Promise<number>>()
  expectTypeOf(cache.getOrLoad('b', async () => 'x')).toEqualTypeOf<Promise<string>>()
  expectTypeOf(cache.get<string>('b')).toEqualTypeOf<Promise<string | undefined>>()
})
