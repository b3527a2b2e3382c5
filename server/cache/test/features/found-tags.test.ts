import { describe, expect, test } from 'vitest'
import { createDeferredLoad } from '../deferred-load.ts'
import { codeOf, kinds, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()

describe.for(kinds)('in %s', (kind) => {
  test('a tag found during the load drops the value as one given with the call does', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    const load = async ({ addTags }: { addTags(...tags: string[]): void }) => {
      await Promise.resolve()
      addTags('voter:1', 'voter:2')
      return 'value'
    }
    await cache.getOrLoad('a', load, { tags: ['ballot:1'] })
    for (const tag of ['voter:2', 'ballot:1', 'voter:1']) {
      expect(await cache.get('a')).toBe('value')
      await cache.invalidate({ tags: [tag] })
      expect(await cache.get('a'), tag).toBeUndefined()
      await cache.getOrLoad('a', load, { tags: ['ballot:1'] })
    }
    const { memory } = await cache.explain('a')
    expect(memory!.tags.toSorted()).toEqual(['ballot:1', 'voter:1', 'voter:2'])
  })

  test('one that was invalidated since the load began refuses the value its place', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    const origin = createDeferredLoad<string>()
    const before = cache.getOrLoad('a', origin.load)
    await until(() => origin.calls() === 1)
    await cache.invalidate({ tags: ['x'] })
    origin.addTags('x')
    origin.resolve('old')
    expect(await before).toBe('old')
    await until(() => cache.stats().fencedFills === 1)
    expect(await cache.getOrLoad('a', () => 'new')).toBe('new')
    expect(cache.stats()).toMatchObject({ fencedFills: 1, loads: 2 })
  })

  test('tags that come after the load has ended are refused', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    const later = Promise.withResolvers<(...tags: string[]) => void>()
    await cache.getOrLoad('a', ({ addTags }) => {
      later.resolve(addTags)
      return 'value'
    })
    const addTags = await later.promise
    expect(await codeOf(Promise.try(addTags, 'x'))).toBe('HP_CACHE_TAGS_LATE')
  })
})

test('a tag that only one process has found drops the value in all', async () => {
  const fleet = await worlds.openFleet()
  const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
  await one.getOrLoad('a', ({ addTags }) => {
    addTags('x')
    return 'old'
  })
  expect(await two.getOrLoad('a', () => 'never run')).toBe('old')
  await two.invalidate({ tags: ['x'] }, { ack: 'fleet' })
  expect([await one.get('a'), await two.get('a')]).toEqual([undefined, undefined])
})

test('one that another process has invalidated during the load refuses the value its place', async () => {
  const fleet = await worlds.openFleet()
  const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
  const origin = createDeferredLoad<string>()
  const before = one.getOrLoad('a', origin.load)
  await until(() => origin.calls() === 1)
  await two.invalidate({ tags: ['x'] })
  origin.addTags('x')
  origin.resolve('old')
  expect(await before).toBe('old')
  await until(() => one.stats().fencedFills === 1)
  expect(await two.getOrLoad('a', () => 'new')).toBe('new')
  expect(await one.getOrLoad('a', () => 'newer')).toBe('new')
})
