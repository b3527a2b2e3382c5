import { startRedis } from '@hotpath/cache/local'
import { expect, onTestFinished, test } from 'vitest'
import { testRedis } from '../redis/connected.ts'
import { startProxy } from '../redis/proxy.ts'
import { counting, type Fleet, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()
const keys = Array.from({ length: 1_000 }, (_, index) => `k:${index}`)

const isReachable = (fleet: Fleet, process = 0) => fleet.space(process).tier!.reachable()

test('after all connections were killed, 1,000 warm keys are read again without one load', async () => {
  const fleet = await worlds.openFleet()
  const caches = [0, 1].map((process) => fleet.cache({}, process))
  const tagsOf = (key: string) => [key.slice(0, 4)]
  for (const cache of caches)
    await cache.getMany(keys, (missing) => new Map(missing.map((key) => [key, key])), { tagsOf })
  const generations = [0, 1].map((process) => fleet.space(process).trust.generation)
  await fleet.ask('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  await until(() => [0, 1].every((process) => fleet.space(process).trust.generation > generations[process]!))
  await until(() => isReachable(fleet, 0) && isReachable(fleet, 1))
  for (const cache of caches) {
    const before = cache.stats().loads
    const values = await Promise.all(keys.map((key) => cache.getOrLoad(key, () => 'loaded')))
    expect(values).toEqual(keys)
    expect(cache.stats().loads).toBe(before)
    expect(
      keys.map((key) => cache.peek(key)),
      'memory has them again',
    ).toEqual(keys)
  }
})

test('what was invalidated elsewhere while the connection was gone is not served when it is back', async () => {
  const fleet = await worlds.openFleet()
  const proxy = await startProxy(fleet.redis.port)
  const cut = await worlds.openFleet({
    name: fleet.app,
    url: `redis://127.0.0.1:${proxy.port}`,
    commandTimeout: 500,
    connected: 1,
  })
  const [one, two] = [fleet.cache({}, 0), cut.cache({ redisDown: 'serve' }, 0)]
  const origin = counting('value')
  for (const [key, tags] of [
    ['tagged', ['x']],
    ['a', []],
    ['b:1', []],
  ] as const)
    await two.getOrLoad(key, () => 'old', { tags })
  proxy.swallow()
  await until(() => !isReachable(cut))
  expect(await two.getOrLoad('a', origin.load)).toBe('old')
  await one.invalidate({ tags: ['x'], keys: ['a'], pattern: 'b:*' })
  proxy.passOn()
  await until(() => isReachable(cut))
  for (const key of ['tagged', 'a', 'b:1']) expect(await two.getOrLoad(key, () => 'new'), key).toBe('new')
})

test('what was invalidated while Redis was away is sent before anything that Redis has is served', async () => {
  const fleet = await worlds.openFleet()
  const proxy = await startProxy(fleet.redis.port)
  const cut = await worlds.openFleet({
    name: fleet.app,
    url: `redis://127.0.0.1:${proxy.port}`,
    commandTimeout: 500,
    connected: 1,
  })
  const [other, cache] = [fleet.cache({}, 0), cut.cache({}, 0)]
  const written = ['tagged', 'a', 'b:1', 'soft'] as const
  for (const key of written)
    await other.getOrLoad(key, () => 'old', {
      tags: key === 'tagged' ? ['x'] : [],
      staleWhileRevalidate: '1m',
    })
  proxy.swallow()
  await until(() => !isReachable(cut))
  await cache.invalidate({ tags: ['x'], keys: ['a'], pattern: 'b:*' })
  await cache.expire({ keys: ['soft'] })
  expect(await other.get('a'), 'nobody else has heard of it').toBe('old')
  proxy.passOn()
  // All the time: never the old value.
  let reads = 0
  while (!isReachable(cut) && reads < 2_000) {
    reads += 1
    expect(await cache.get('a')).toBeUndefined()
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  expect(isReachable(cut)).toBe(true)
  for (const key of written) expect(await cache.get(key), key).toBeUndefined()
  for (const key of written) await until(async () => (await other.get(key)) === undefined)
  expect(await other.getOrLoad('soft', () => 'new', { staleWhileRevalidate: '1m' })).toBe('old')
})

test('a Redis that comes back empty is filled anew, each key by one load in the fleet', async () => {
  const redis = await testRedis()
  const fleet = await worlds.openFleet({ redis, commandTimeout: 300 })
  const caches = [0, 1].map((process) => fleet.cache({}, process))
  for (const cache of caches) for (const key of keys.slice(0, 20)) await cache.getOrLoad(key, () => 'old')
  await redis.kill()
  await until(() => !isReachable(fleet, 0) && !isReachable(fleet, 1))
  const back = await startRedis({ port: redis.port })
  onTestFinished(() => back.stop())
  await until(() => isReachable(fleet, 0) && isReachable(fleet, 1))
  const before = caches.map((cache) => cache.stats().loads)
  const values = await Promise.all(
    caches.flatMap((cache) => keys.slice(0, 20).map((key) => cache.getOrLoad(key, () => 'new'))),
  )
  expect(new Set(values), 'nothing from before may be trusted').toEqual(new Set(['new']))
  const loads = caches.map((cache, index) => cache.stats().loads - before[index]!)
  expect(loads[0]! + loads[1]!).toBe(20)
})

test('a Redis that was flushed is filled anew', async () => {
  const fleet = await worlds.openFleet()
  const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
  await one.getOrLoad('a', () => 'old', { tags: ['x'] })
  await two.getOrLoad('a', () => 'old', { tags: ['x'] })
  await fleet.ask('FLUSHALL')
  await until(async () => (await two.get('a')) === undefined)
  expect(await one.getOrLoad('a', () => 'new', { tags: ['x'] })).toBe('new')
  expect(await two.getOrLoad('a', () => 'new', { tags: ['x'] })).toBe('new')
  await two.invalidate({ tags: ['x'] }, { ack: 'fleet' })
  expect(await one.get('a')).toBeUndefined()
})
