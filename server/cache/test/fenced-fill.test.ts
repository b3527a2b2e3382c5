import { type Cache, createCache, createTagSpace } from '@hotpath/cache'
import { expect, test } from 'vitest'
import { createDeferredLoad, settled } from './deferred-load.ts'

const tags = ['ballot:1']

function open() {
  const space = createTagSpace()
  return { space, cache: createCache({ namespace: 'test', tags: space }) }
}

const overtakings: [string, (cache: Cache) => Promise<unknown>][] = [
  ['a tag', (cache) => cache.invalidate({ tags })],
  ['the key', (cache) => cache.invalidate({ keys: ['a'] })],
  ['a pattern', (cache) => cache.invalidate({ pattern: '*' })],
  ['delete', (cache) => cache.delete('a')],
]

test.for(overtakings)(
  'a load that began before an invalidation by %s is never stored over it',
  async ([, act]) => {
    const { cache } = open()
    const origin = createDeferredLoad<string>()
    const before = cache.getOrLoad('a', origin.load, { tags })
    await act(cache)
    const after = cache.getOrLoad('a', origin.load, { tags })
    expect(origin.calls(), 'the newcomer starts a load of its own at once').toBe(2)
    const later = cache.getOrLoad('a', origin.load, { tags })
    expect(origin.calls(), 'and others join that one').toBe(2)

    origin.resolve('old')
    expect(await before).toBe('old')
    expect(cache.peek('a')).toBeUndefined()
    origin.resolve('new')
    expect(await after).toBe('new')
    expect(await later).toBe('new')
    expect(cache.peek('a')).toBe('new')
    expect(cache.stats()).toMatchObject({ fencedFills: 1, loads: 2, misses: 2, collapsed: 1, inFlight: 0 })
  },
)

test.for(overtakings)('also when the new load is the faster one, by %s', async ([, act]) => {
  const { cache } = open()
  const slow = createDeferredLoad<string>()
  const before = cache.getOrLoad('a', slow.load, { tags })
  await act(cache)
  expect(await cache.getOrLoad('a', () => 'new', { tags })).toBe('new')
  slow.resolve('old')
  await before
  expect(cache.peek('a')).toBe('new')
})

test.for(overtakings)('also a refresh in the background, by %s', async ([, act]) => {
  const now = { ms: 0 }
  const cache = createCache({ namespace: 'test', tags: createTagSpace({ clock: () => now.ms }) })
  const options = { tags, ttl: 10, staleWhileRevalidate: 1000 }
  const origin = createDeferredLoad<string>()
  await cache.getOrLoad('a', () => 'first', options)
  now.ms = 10
  expect(await cache.getOrLoad('a', origin.load, options)).toBe('first')
  await act(cache)
  const after = cache.getOrLoad('a', origin.load, options)
  origin.resolve('old')
  await settled()
  expect(cache.peek('a')).toBeUndefined()
  origin.resolve('new')
  expect(await after).toBe('new')
})

test('a value set during a load outlives the load', async () => {
  const { cache } = open()
  const origin = createDeferredLoad<string>()
  const before = cache.getOrLoad('a', origin.load)
  await cache.set('a', 'written')
  expect(await cache.getOrLoad('a', origin.load)).toBe('written')
  origin.resolve('old')
  expect(await before).toBe('old')
  expect(cache.peek('a')).toBe('written')
})

test('a tag found during the load counts from before the load began', async () => {
  const { cache } = open()
  const origin = createDeferredLoad<string>()
  const before = cache.getOrLoad('a', origin.load)
  await cache.invalidate({ tags })
  origin.addTags('ballot:1')
  origin.resolve('old')
  expect(await before).toBe('old')
  expect(cache.peek('a')).toBeUndefined()
  expect(cache.stats(), 'it does not even take up room').toMatchObject({ entries: 0, fencedFills: 1 })
  await cache.getOrLoad('a', ({ addTags }) => {
    addTags('ballot:1')
    return 'new'
  })
  expect(cache.peek('a')).toBe('new')
  await cache.invalidate({ tags })
  expect(cache.peek('a')).toBeUndefined()
})

test('a caller that joined before the load found an overtaken tag does not get its value', async () => {
  const { cache } = open()
  const origin = createDeferredLoad<string>()
  const before = cache.getOrLoad('a', origin.load)
  await cache.invalidate({ tags })
  const after = [cache.getOrLoad('a', origin.load), cache.getOrLoad('a', origin.load)]
  expect(origin.calls()).toBe(1)
  origin.addTags('ballot:1')
  origin.resolve('old')
  expect(await before).toBe('old')
  await settled()
  expect(origin.calls(), 'those that came later share one new load').toBe(2)
  origin.resolve('new')
  expect(await Promise.all(after)).toEqual(['new', 'new'])
})

test('a caller that joined keeps its place where the tags found were not overtaken', async () => {
  const { cache } = open()
  const origin = createDeferredLoad<string>()
  const before = cache.getOrLoad('a', origin.load)
  await cache.invalidate({ tags: ['voter:1'] })
  const after = cache.getOrLoad('a', origin.load)
  origin.addTags('ballot:1')
  origin.resolve('ballot')
  expect(await Promise.all([before, after])).toEqual(['ballot', 'ballot'])
  expect(cache.stats()).toMatchObject({ loads: 1, fencedFills: 0 })
})

test('the tags of a caller that joins count as the tags of the load', async () => {
  const { cache } = open()
  const origin = createDeferredLoad<string>()
  const callers = [cache.getOrLoad('a', origin.load), cache.getOrLoad('a', origin.load, { tags })]
  origin.resolve('ballot')
  await Promise.all(callers)
  expect(cache.peek('a')).toBe('ballot')
  await cache.invalidate({ tags })
  expect(cache.peek('a')).toBeUndefined()
})

test('a caller that has to ask again takes what was set meanwhile', async () => {
  const { cache } = open()
  const origin = createDeferredLoad<string>()
  const before = cache.getOrLoad('a', origin.load)
  await cache.invalidate({ tags })
  const after = cache.getOrLoad('a', origin.load)
  await cache.set('a', 'written')
  origin.addTags('ballot:1')
  origin.resolve('old')
  expect(await before).toBe('old')
  expect(await after).toBe('written')
  expect(origin.calls()).toBe(1)
})

test('a tag advanced elsewhere in the tag space drops the values of every cache in it', async () => {
  const { space, cache } = open()
  const other = createCache({ namespace: 'other', tags: space })
  await cache.set('a', 1, { tags })
  await other.set('a', 2, { tags })
  await other.invalidate({ tags })
  expect([cache.peek('a'), other.peek('a')]).toEqual([undefined, undefined])
  await cache.set('a', 3, { tags })
  await other.invalidate({ keys: ['a'] })
  expect(cache.peek('a'), 'keys are each cache’s own').toBe(3)
})
