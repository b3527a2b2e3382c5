import { describe, expect, test } from 'vitest'
import { createDeferredLoad } from '../deferred-load.ts'
import { codeOf, kinds, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()
const ttl = 30
const short = 100

describe.for(kinds)('in %s', (kind) => {
  test('after the soft time-out a value in its stale window is served, and the load goes on', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl, staleIfError: '1m', softTimeout: short })
    const origin = createDeferredLoad<string>()
    await cache.getOrLoad('a', () => 'spare')
    await world.pass(ttl)
    const readers = [1, 2].map(() => cache.getOrLoad('a', origin.load, { ttl: '1m' }))
    expect(await Promise.all(readers)).toEqual(['spare', 'spare'])
    expect(origin.calls()).toBe(1)
    origin.resolve('new')
    await until(() => cache.stats().inFlight === 0)
    expect(await cache.getOrLoad('a', origin.load)).toBe('new')
    expect(origin.calls()).toBe(1)
  })

  test('without such a value the soft time-out changes nothing', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ softTimeout: 5 })
    const origin = createDeferredLoad<string>()
    const read = cache.getOrLoad('a', origin.load)
    await until(() => origin.calls() === 1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    origin.resolve('new')
    expect(await read).toBe('new')
  })

  test('after the hard time-out callers get an error, the signal aborts, and the next caller loads again', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ timeout: short })
    const aborted: unknown[] = []
    const never = ({ signal }: { signal: AbortSignal }) =>
      new Promise<string>(() => signal.addEventListener('abort', () => aborted.push(signal.reason)))
    const callers = [cache.getOrLoad('a', never), cache.getOrLoad('a', never)]
    expect(await Promise.all(callers.map(codeOf))).toEqual(['HP_CACHE_LOAD_TIMEOUT', 'HP_CACHE_LOAD_TIMEOUT'])
    expect(aborted).toMatchObject([{ code: 'HP_CACHE_LOAD_TIMEOUT' }])
    expect(cache.stats()).toMatchObject({ loadErrors: 1, loads: 1, inFlight: 0 })
    expect(await cache.getOrLoad('a', () => 'new', { timeout: '30s' })).toBe('new')
  })

  test('what a loader brings after its time-out is not kept', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ timeout: short })
    const origin = createDeferredLoad<string>()
    expect(await codeOf(cache.getOrLoad('a', origin.load))).toBe('HP_CACHE_LOAD_TIMEOUT')
    origin.resolve('late')
    await new Promise((resolve) => setImmediate(resolve))
    expect(await cache.get('a')).toBeUndefined()
    expect(await cache.getOrLoad('a', () => 'new', { timeout: '30s' })).toBe('new')
  })

  test('a caller that shares a load waits no longer than its own time-out', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    const origin = createDeferredLoad<string>()
    const patient = cache.getOrLoad('a', origin.load)
    expect(await codeOf(cache.getOrLoad('a', origin.load, { timeout: short }))).toBe('HP_CACHE_LOAD_TIMEOUT')
    origin.resolve('new')
    expect(await patient).toBe('new')
    expect(origin.calls()).toBe(1)
  })

  test('a loader that runs out of time is covered by a spare value', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl, staleIfError: '1m', timeout: short })
    await cache.getOrLoad('a', () => 'spare', { timeout: '30s' })
    await world.pass(ttl)
    expect(await cache.getOrLoad('a', () => new Promise<string>(() => {}))).toBe('spare')
  })

  test('a signal asked for too late is aborted already', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ timeout: short })
    const later = Promise.withResolvers<boolean>()
    const read = cache.getOrLoad('a', async (context) => {
      await new Promise((resolve) => setTimeout(resolve, 3 * short))
      later.resolve(context.signal.aborted)
    })
    expect(await codeOf(read)).toBe('HP_CACHE_LOAD_TIMEOUT')
    expect(await later.promise).toBe(true)
  })
})

test('the right to load is given back at once: another process need not wait for it to end', async () => {
  const fleet = await worlds.openFleet()
  const [one, two] = [fleet.cache({ timeout: short }, 0), fleet.cache({}, 1)]
  const stuck = codeOf(one.getOrLoad('a', () => new Promise<string>(() => {})))
  await until(async () => (await fleet.ask('EXISTS', `{${fleet.app}}l:test@1:a`)) === 1)
  const other = two.getOrLoad('a', () => 'other')
  expect(await stuck).toBe('HP_CACHE_LOAD_TIMEOUT')
  expect(await other).toBe('other')
  expect(two.stats()).toMatchObject({ loads: 1 })
})

test('a caller that waits for the load of another process waits no longer than its time-out', async () => {
  const fleet = await worlds.openFleet()
  const [one, two] = [fleet.cache({}, 0), fleet.cache({ timeout: short }, 1)]
  const origin = createDeferredLoad<string>()
  const first = one.getOrLoad('a', origin.load)
  await until(() => origin.calls() === 1)
  expect(await codeOf(two.getOrLoad('a', () => 'never run'))).toBe('HP_CACHE_LOAD_TIMEOUT')
  expect(two.stats()).toMatchObject({ loads: 0, misses: 1 })
  origin.resolve('value')
  expect(await first).toBe('value')
  await until(async () => (await two.get('a')) === 'value')
})
