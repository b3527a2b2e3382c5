import { describe, expect, test } from 'vitest'
import { createDeferredLoad } from '../deferred-load.ts'
import { counting, kinds, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()

describe.for(kinds)('in %s', (kind) => {
  test('in the last part of its time one read begins a refresh, and all are served what is fresh', async () => {
    const world = await worlds.open(kind)
    // A share of 1 and the highest chance: the last part is all but a moment of it.
    const cache = world.cache({ ttl: '1m', earlyRefresh: 1, random: () => 0.9999 })
    const origin = createDeferredLoad<string>()
    await cache.getOrLoad('a', () => 'old')
    await world.pass(20)
    const readers = Array.from({ length: 10 }, () => cache.getOrLoad('a', origin.load))
    expect(new Set(await Promise.all(readers))).toEqual(new Set(['old']))
    await until(() => origin.calls() === 1)
    origin.resolve('new')
    await until(() => cache.stats().inFlight === 0)
    expect(await cache.getOrLoad('a', () => 'later')).toBe('new')
    expect(cache.stats()).toMatchObject({ hits: 11, staleHits: 0, misses: 1, collapsed: 0 })
  })

  test.for([
    ['before the last part', 0.5, 0.9],
    ['where chance puts its beginning at the very end', 1, 0],
    ['without a last part', 0, 0.9],
  ] as const)('none is begun %s', async ([, earlyRefresh, chance]) => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl: '1m', earlyRefresh, random: () => chance })
    const origin = counting('value')
    for (let read = 0; read < 5; read++) expect(await cache.getOrLoad('a', origin.load)).toBe('value 1')
    expect(cache.stats()).toMatchObject({ hits: 4, misses: 1, loads: 1, inFlight: 0 })
  })

  test('one that fails disturbs nobody, and the next waits for a second', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl: '1m', earlyRefresh: 1, random: () => 0.9999 })
    await cache.getOrLoad('a', () => 'old')
    await world.pass(20)
    const fail = () => {
      throw new Error('the origin is down')
    }
    for (let read = 0; read < 3; read++) {
      expect(await cache.getOrLoad('a', fail)).toBe('old')
      await until(() => cache.stats().inFlight === 0)
    }
    expect(cache.stats()).toMatchObject({ loads: 2, loadErrors: 1 })
  })
})

test('one refresh is run in the whole fleet', async () => {
  const fleet = await worlds.openFleet({ connected: 3 })
  const options = { ttl: '1m', earlyRefresh: 1, random: () => 0.9999 } as const
  const caches = [0, 1, 2].map((process) => fleet.cache(options, process))
  const origin = createDeferredLoad<string>()
  for (const cache of caches) expect(await cache.getOrLoad('a', () => 'old')).toBe('old')
  await fleet.pass(20)
  for (const cache of caches) expect(await cache.getOrLoad('a', origin.load)).toBe('old')
  await until(() => origin.calls() === 1)
  origin.resolve('new')
  await until(() => caches.every((cache) => cache.stats().inFlight === 0))
  for (const cache of caches) expect(await cache.get('a')).toBe('new')
  expect(origin.calls()).toBe(1)
})
