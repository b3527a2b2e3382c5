import { describe, expect, test } from 'vitest'
import { createDeferredLoad } from '../deferred-load.ts'
import { kinds, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()
const ttl = 30

describe.for(kinds)('in %s', (kind) => {
  test('a stale value is served to all while one load refreshes it', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl, staleWhileRevalidate: '1m' })
    const origin = createDeferredLoad<string>()
    await cache.getOrLoad('a', () => 'old')
    await world.pass(ttl)
    const readers = Array.from({ length: 20 }, () => cache.getOrLoad('a', origin.load))
    expect(new Set(await Promise.all(readers))).toEqual(new Set(['old']))
    await until(() => origin.calls() === 1)
    expect(await cache.getOrLoad('a', origin.load), 'also while it runs').toBe('old')
    origin.resolve('new')
    await until(() => cache.stats().inFlight === 0)
    expect(await cache.getOrLoad('a', origin.load, { staleWhileRevalidate: '1m' })).toBe('new')
    expect(cache.stats()).toMatchObject({ misses: 1, loads: kind === 'one process' ? 2 : expect.anything() })
  })

  test('a stale value ends with its window', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl, staleWhileRevalidate: 20 })
    await cache.getOrLoad('a', () => 'old')
    await world.pass(ttl + 20)
    expect(await cache.getOrLoad('a', () => 'new')).toBe('new')
    expect(cache.stats()).toMatchObject({ staleHits: 0, misses: 2, loads: 2 })
  })

  test('a refresh that fails leaves the stale value, and the next one waits for a second', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl, staleWhileRevalidate: '1m' })
    await cache.getOrLoad('a', () => 'old')
    await world.pass(ttl)
    let attempts = 0
    const fail = () => {
      attempts += 1
      throw new Error('the origin is down')
    }
    for (let read = 0; read < 5; read++) {
      expect(await cache.getOrLoad('a', fail)).toBe('old')
      await until(() => cache.stats().inFlight === 0)
    }
    expect(attempts).toBe(1)
    await world.pass(1_000)
    expect(await cache.getOrLoad('a', fail)).toBe('old')
    await until(() => attempts === 2)
  })

  test('a refresh that finds no value drops the old one', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl, staleWhileRevalidate: '1m' })
    await cache.getOrLoad<string | undefined>('a', () => 'old')
    await world.pass(ttl)
    expect(await cache.getOrLoad<string | undefined>('a', () => undefined)).toBe('old')
    await until(() => cache.stats().inFlight === 0 && cache.stats().entries === 0)
    expect(await cache.getOrLoad<string | undefined>('a', () => 'again')).toBe('again')
  })
})

test('what one process has stored, another serves stale, and one of them refreshes it', async () => {
  const fleet = await worlds.openFleet()
  const options = { ttl, staleWhileRevalidate: '1m' } as const
  const [one, two] = [fleet.cache(options, 0), fleet.cache(options, 1)]
  const origin = createDeferredLoad<string>()
  await one.getOrLoad('a', () => 'old')
  await fleet.pass(ttl)
  expect(await Promise.all([one.getOrLoad('a', origin.load), two.getOrLoad('a', origin.load)])).toEqual([
    'old',
    'old',
  ])
  await until(() => origin.calls() === 1)
  expect(await two.getOrLoad('a', origin.load)).toBe('old')
  expect(origin.calls()).toBe(1)
  origin.resolve('new')
  await until(() => one.stats().inFlight + two.stats().inFlight === 0)
  expect(origin.calls(), 'the other process takes what the first has loaded').toBe(1)
})
