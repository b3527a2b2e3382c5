import { describe, expect, test } from 'vitest'
import { kinds, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()
const selections = [
  ['tag', { tags: ['x'] }],
  ['key', { keys: ['a:1'] }],
  ['pattern', { pattern: 'a:*' }],
] as const

describe.for(kinds)('in %s', (kind) => {
  test.for(selections)('expire by %s: stale at once, served while it is refreshed', async ([, what]) => {
    const world = await worlds.open(kind)
    const cache = world.cache({ staleWhileRevalidate: '1m' })
    await cache.getOrLoad('a:1', () => 'old', { tags: ['x'] })
    await cache.getOrLoad('b:1', () => 'untouched', { tags: ['y'] })
    await world.pass(5)
    expect(await cache.expire(what)).toEqual({ acknowledged: true })
    expect([await cache.get('a:1'), await cache.get('b:1')]).toEqual([undefined, 'untouched'])
    expect(await cache.getOrLoad('a:1', () => 'new')).toBe('old')
    await until(async () => (await cache.get('a:1')) === 'new')
    expect(cache.stats()).toMatchObject({ staleHits: 1, loads: 3 })
  })

  test.for(selections)('expire by %s without a stale window drops', async ([, what]) => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    await cache.getOrLoad('a:1', () => 'old', { tags: ['x'] })
    await world.pass(5)
    await cache.expire(what)
    expect(await cache.getOrLoad('a:1', () => 'new')).toBe('new')
  })

  test.for(selections)(
    'expire by %s with staleIfError alone: a spare value from now on',
    async ([, what]) => {
      const world = await worlds.open(kind)
      const cache = world.cache({ staleIfError: '1m' })
      await cache.getOrLoad('a:1', () => 'old', { tags: ['x'] })
      await world.pass(5)
      await cache.expire(what)
      expect(await cache.getOrLoad('a:1', () => Promise.reject(new Error('the origin is down')))).toBe('old')
    },
  )

  test.for(selections)('invalidate by %s drops, whatever the stale windows', async ([, what]) => {
    const world = await worlds.open(kind)
    const cache = world.cache({ staleWhileRevalidate: '1m', staleIfError: '1m' })
    await cache.getOrLoad('a:1', () => 'old', { tags: ['x'] })
    await cache.invalidate(what)
    expect(await cache.getOrLoad('a:1', () => 'new')).toBe('new')
  })

  test.for(selections.slice(1))(
    'expire by %s: the window begins then, and a second one does not prolong it',
    async ([, what]) => {
      const world = await worlds.open(kind)
      const cache = world.cache({ staleWhileRevalidate: 200 })
      await cache.getOrLoad('a:1', () => 'old', { tags: ['x'] })
      await world.pass(5)
      await cache.expire(what)
      await world.pass(100)
      await cache.expire(what)
      await world.pass(100)
      expect(await cache.getOrLoad('a:1', () => 'new')).toBe('new')
    },
  )
})

test.for(selections)(
  'expire by %s reaches the other processes, and so does what refreshes it',
  async ([, what]) => {
    const fleet = await worlds.openFleet()
    const options = { staleWhileRevalidate: '1m' } as const
    const [one, two] = [fleet.cache(options, 0), fleet.cache(options, 1)]
    await one.getOrLoad('a:1', () => 'old', { tags: ['x'] })
    expect(await two.getOrLoad('a:1', () => 'never run')).toBe('old')
    await fleet.pass(5)
    await one.expire(what)
    await until(async () => (await two.get('a:1')) === undefined)
    expect(await two.getOrLoad('a:1', () => 'new')).toBe('old')
    await until(async () => (await two.get('a:1')) === 'new')
    await until(async () => (await one.get('a:1')) === 'new')
    expect(one.stats().loads + two.stats().loads).toBe(2)
  },
)

test.for(selections)('invalidate by %s reaches the other processes', async ([, what]) => {
  const fleet = await worlds.openFleet()
  const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
  await one.getOrLoad('a:1', () => 'old', { tags: ['x'] })
  expect(await two.getOrLoad('a:1', () => 'never run')).toBe('old')
  await one.invalidate(what)
  await until(async () => (await two.get('a:1')) === undefined)
  expect(await two.getOrLoad('a:1', () => 'new')).toBe('new')
  expect(await one.getOrLoad('a:1', () => 'newer')).toBe('new')
})

test.for([
  ['its window', { staleWhileRevalidate: '1m' }, true],
  ['nothing', {}, false],
] as const)(
  'in a fleet, an expired key leaves %s, whatever a process believes of the clock of Redis',
  async ([, policy, hasWindow]) => {
    const fleet = await worlds.openFleet()
    const place = `{${fleet.app}}k:test@1:a:1`
    const cache = fleet.cache(policy)
    await cache.getOrLoad('a:1', () => 'old')
    await until(async () => (await fleet.ask('EXISTS', place)) === 1)
    await cache.expire({ keys: ['a:1'] })
    const [seconds, micros] = (await fleet.ask('TIME')) as string[]
    const nowMs = Number(seconds) * 1000 + Number(micros) / 1000
    const [, , , , freshUntil, staleUntil] = String(await fleet.ask('GET', place)).split('\t')
    expect(nowMs - Number(freshUntil)).toBeGreaterThanOrEqual(1000)
    expect(Number(staleUntil) > nowMs).toBe(hasWindow)
    if (!hasWindow) expect(nowMs - Number(staleUntil)).toBeGreaterThanOrEqual(1000)
  },
)
