import { expect, test } from 'vitest'
import { createDeferredLoad } from '../deferred-load.ts'
import { startProxy } from '../redis/proxy.ts'
import { counting, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()

const writes = [
  ['a tag', { tags: ['x'] }],
  ['a key', { keys: ['a'] }],
  ['a pattern', { pattern: '*' }],
] as const

test.for(writes)(
  'a strong read knows every invalidation by %s that was acknowledged before it',
  async ([, what]) => {
    const fleet = await worlds.openFleet()
    const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
    const origin = counting('value')
    for (let round = 1; round <= 50; round++) {
      expect(await two.getOrLoad('a', origin.load, { tags: ['x'] })).toBe(`value ${round}`)
      await one.invalidate(what)
      expect(await two.get('a', { read: 'strong' })).toBeUndefined()
    }
    expect(await two.getOrLoad('a', origin.load, { read: 'strong' })).toBe('value 51')
  },
)

test('a strong read of what nobody invalidated is served from memory', async () => {
  const fleet = await worlds.openFleet()
  const cache = fleet.cache()
  await cache.getOrLoad('a', () => 'value')
  expect(await cache.getOrLoad('a', () => 'never run', { read: 'strong' })).toBe('value')
  expect(cache.stats().groups[0]!.hits).toEqual({ memory: 1, redis: 0 })
})

test('a strong read shares no load that began before an invalidation of another process', async () => {
  const fleet = await worlds.openFleet()
  const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
  const origin = createDeferredLoad<string>()
  const before = two.getOrLoad('a', origin.load, { tags: ['x'] })
  await until(() => origin.calls() === 1)
  await one.invalidate({ tags: ['x'] })
  expect(await two.getOrLoad('a', () => 'new', { tags: ['x'], read: 'strong' })).toBe('new')
  origin.resolve('old')
  expect(await before).toBe('old')
})

test('in one process every read is strong', async () => {
  const world = await worlds.open('one process')
  const cache = world.cache()
  await cache.getOrLoad('a', () => 'old')
  expect(await cache.getOrLoad('a', () => 'new', { read: 'strong' })).toBe('old')
  expect(await cache.invalidate({ keys: ['a'] }, { ack: 'fleet' })).toEqual({ acknowledged: true })
  expect(await cache.getOrLoad('a', () => 'new', { read: 'strong' })).toBe('new')
})

test.for(writes)(
  'ack fleet: once %s is acknowledged, no process serves what it dropped',
  async ([, what]) => {
    const fleet = await worlds.openFleet({ connected: 3 })
    const caches = [0, 1, 2].map((process) => fleet.cache({}, process))
    for (let round = 0; round < 20; round++) {
      for (const cache of caches) await cache.getOrLoad('a', () => 'old', { tags: ['x'] })
      expect(await caches[0]!.invalidate(what, { ack: 'fleet' })).toEqual({ acknowledged: true })
      expect(caches.map((cache) => cache.peek('a'))).toEqual([undefined, undefined, undefined])
    }
  },
)

test('ack fleet waits two seconds for a process that is stalled, which then no longer serves from memory', async () => {
  const fleet = await worlds.openFleet()
  const proxy = await startProxy(fleet.redis.port)
  const stalled = await worlds.openFleet({
    name: fleet.app,
    url: `redis://127.0.0.1:${proxy.port}`,
    commandTimeout: '5s',
    connected: 1,
  })
  const [one, two] = [fleet.cache({}, 0), stalled.cache({}, 0)]
  await two.getOrLoad('a', () => 'old', { tags: ['x'] })
  await until(async () => (await two.get('a')) === 'old' && two.peek('a') === 'old')
  proxy.swallow()
  expect(two.peek('a'), 'it has not noticed').toBe('old')
  const began = fleet.space().clock()
  expect(await one.invalidate({ tags: ['x'] }, { ack: 'fleet' })).toEqual({ acknowledged: true })
  expect(two.peek('a')).toBeUndefined()
  expect(fleet.space().clock() - began, 'as long as trust lasts, and not until it answers').toBeLessThan(
    10_000,
  )
})

test('ack fleet of what Redis cannot be told is not acknowledged, and waits for nobody', async () => {
  const fleet = await worlds.openFleet({ commandTimeout: 200 })
  const cache = fleet.cache()
  await cache.getOrLoad('a', () => 'old')
  fleet.redis.pause()
  try {
    expect(await cache.invalidate({ keys: ['a'] }, { ack: 'fleet' })).toEqual({ acknowledged: false })
  } finally {
    fleet.redis.resume()
  }
  await until(async () => (await cache.invalidate({ keys: ['a'] }, { ack: 'fleet' })).acknowledged)
})
