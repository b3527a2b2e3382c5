import { describe, expect, test } from 'vitest'
import { codeOf, kinds, useWorlds } from './worlds.ts'

const worlds = useWorlds()
const ttl = 30

function failing() {
  const origin = { attempts: 0, load: (): string => '' }
  origin.load = () => {
    origin.attempts += 1
    throw new Error('the origin is down')
  }
  return origin
}

describe.for(kinds)('in %s', (kind) => {
  test('a value past its time is served when its loader fails, to all that share the load', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl, staleIfError: '1m' })
    const origin = failing()
    await cache.getOrLoad('a', () => 'spare')
    await world.pass(ttl)
    const readers = [1, 2, 3].map(() => cache.getOrLoad('a', origin.load))
    expect(await Promise.all(readers)).toEqual(['spare', 'spare', 'spare'])
    expect(origin.attempts).toBe(1)
    expect(cache.stats()).toMatchObject({ misses: 2, collapsed: 2, loadErrors: 1 })
  })

  test('after a failure it is served without another try for a second, then one is made', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl, staleIfError: '1m' })
    const origin = failing()
    await cache.getOrLoad('a', () => 'spare')
    await world.pass(ttl)
    for (let read = 0; read < 5; read++) expect(await cache.getOrLoad('a', origin.load)).toBe('spare')
    expect(origin.attempts).toBe(1)
    await world.pass(1_000)
    expect(await cache.getOrLoad('a', origin.load)).toBe('spare')
    expect(origin.attempts).toBe(2)
    await world.pass(1_000)
    expect(await cache.getOrLoad('a', () => 'new')).toBe('new')
  })

  test('a loader that answers is waited for: no spare value is served in its place', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl, staleIfError: '1m' })
    await cache.getOrLoad('a', () => 'spare')
    await world.pass(ttl)
    expect(await cache.getOrLoad('a', () => 'new')).toBe('new')
    expect(await cache.get('a')).toBe('new')
  })

  test('the window ends: then the error is told', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl, staleIfError: 20 })
    await cache.getOrLoad('a', () => 'spare')
    await world.pass(ttl + 20)
    expect(await codeOf(cache.getOrLoad('a', failing().load))).toBe('the origin is down')
  })

  test.for([
    ['its tag', { tags: ['x'] }],
    ['its key', { keys: ['a'] }],
    ['a pattern', { pattern: '*' }],
  ] as const)('what was invalidated by %s is no spare value', async ([, what]) => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl, staleIfError: '1m' })
    await cache.getOrLoad('a', () => 'spare', { tags: ['x'] })
    await world.pass(ttl)
    await cache.invalidate(what)
    expect(await codeOf(cache.getOrLoad('a', failing().load))).toBe('the origin is down')
  })

  test('neither is what was invalidated while the loader failed', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl, staleIfError: '1m' })
    await cache.getOrLoad('a', () => 'spare', { tags: ['x'] })
    await world.pass(ttl)
    const read = cache.getOrLoad('a', async () => {
      await cache.invalidate({ tags: ['x'] })
      throw new Error('the origin is down')
    })
    expect(await codeOf(read)).toBe('the origin is down')
  })
})

test('a process that has nothing in memory finds the spare value in Redis', async () => {
  const fleet = await worlds.openFleet()
  const options = { ttl, staleIfError: '1m' } as const
  await fleet.cache(options, 0).getOrLoad('a', () => 'spare')
  await fleet.pass(ttl)
  const origin = failing()
  const other = fleet.cache(options, 1)
  expect(await other.getOrLoad('a', origin.load)).toBe('spare')
  expect(await other.getOrLoad('a', origin.load)).toBe('spare')
  expect(origin.attempts).toBe(1)
})
