import { type Cache, createCache } from '@hotpath/cache'
import { connectTagSpace } from '@hotpath/cache/redis'
import { describe, expect, test } from 'vitest'
import { testRedis } from '../redis/connected.ts'
import { kinds, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()

/** The state in memory and in Redis, and what is said of it. */
async function told(cache: Cache, key = 'a') {
  const { memory, redis, verdict } = await cache.explain(key)
  return [memory?.state ?? null, redis && 'state' in redis ? redis.state : redis, verdict]
}

const past = { staleWhileRevalidate: 0, staleIfError: 0 }

describe('in one process', () => {
  test.for([
    [10, 'fresh', 'Served from memory.'],
    [120, 'stale', 'Served stale from memory, while one load refreshes it.'],
    [170, 'spare', 'Loaded at the next read: memory has it for when its loader fails.'],
    [210, 'dead', 'Loaded at the next read: its time in memory has ended.'],
  ] as const)('%i ms after its load a value is %s', async ([ms, state, verdict]) => {
    const world = await worlds.open('one process')
    const cache = world.cache({ ttl: 100, staleWhileRevalidate: 50, staleIfError: 100 })
    await cache.getOrLoad('a', () => 'value')
    await world.pass(ms)
    expect(await told(cache)).toEqual([state, null, verdict])
    const { memory } = await cache.explain('a')
    expect([memory!.freshForMs, memory!.staleForMs, memory!.keptForMs]).toEqual([
      100 - ms,
      150 - ms,
      200 - ms,
    ])
  })

  test('what nobody has, what was invalidated, and what was expired', async () => {
    const world = await worlds.open('one process')
    const cache = world.cache({ staleIfError: '1m' })
    expect(await told(cache)).toEqual([null, null, 'Loaded at the next read: not in memory.'])
    await cache.getOrLoad('a', () => 'value', { tags: ['x'] })
    await world.pass(5)
    await cache.expire({ tags: ['x'] })
    expect((await told(cache))[0]).toBe('spare')
    await cache.invalidate({ tags: ['x'] })
    const verdict = 'Loaded at the next read: what memory has was invalidated.'
    expect(await told(cache)).toEqual(['overtaken', null, verdict])
  })
})

describe('in a fleet', () => {
  test('what each process and Redis have of a value', async () => {
    const fleet = await worlds.openFleet()
    const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
    expect(await told(one)).toEqual([null, null, 'Loaded at the next read: not in memory.'])
    await one.getOrLoad('a', () => 'value', { tags: ['ballot:1'] })
    await until(async () => (await told(one))[0] === 'fresh' && (await told(one))[1] === 'fresh')
    expect(await told(one)).toEqual(['fresh', 'fresh', 'Served from memory.'])
    expect(await told(two)).toEqual([null, 'fresh', 'Served from Redis: not in memory.'])
    for (const copy of [(await one.explain('a')).memory, (await one.explain('a')).redis])
      expect(copy).toMatchObject({ tags: ['ballot:1'] })
    await two.invalidate({ tags: ['ballot:1'] }, { ack: 'fleet' })
    const verdict =
      'Loaded at the next read: memory has it and must ask whether it still holds; what Redis has was invalidated.'
    expect(await told(one)).toEqual(['unknown', 'overtaken', verdict])
  })

  test.for([
    [
      'stale',
      { staleWhileRevalidate: '1m' },
      'Served stale from Redis, while one load refreshes it: not in memory.',
    ],
    [
      'spare',
      { staleIfError: '1m' },
      'Loaded at the next read: not in memory; Redis has it for when its loader fails.',
    ],
    ['dead', past, 'Loaded at the next read: not in memory; its time in Redis has ended.'],
  ] as const)('what was expired is %s, by its windows', async ([state, windows, verdict]) => {
    const fleet = await worlds.openFleet()
    const [one, two] = [fleet.cache(windows, 0), fleet.cache(windows, 1)]
    await one.getOrLoad('a', () => 'value', { tags: ['x'] })
    await until(async () => (await told(two))[1] === 'fresh')
    await fleet.pass(5)
    await one.expire({ tags: ['x'] })
    expect(await told(two)).toEqual([null, state, verdict])
  })

  test('what cannot be read', async () => {
    const fleet = await worlds.openFleet()
    await fleet.ask('SET', `{${fleet.app}}k:test@1:a`, 'rubbish')
    const verdict = 'Loaded at the next read: not in memory; what Redis has cannot be read.'
    expect(await told(fleet.cache())).toEqual([null, 'corrupt', verdict])
  })

  test('that Redis cannot be asked, and what would be done then', async () => {
    const fleet = await worlds.openFleet({ redis: await testRedis(), connected: 1 })
    const cache = fleet.cache({ redisDown: 'serve' })
    await cache.getOrLoad('a', () => 'value')
    await fleet.redis.kill()
    await until(() => !fleet.space().tier!.reachable())
    const [memory, redis, verdict] = await told(cache)
    expect(memory).toBe('unknown')
    expect(redis).toEqual({ unreachable: expect.stringContaining('No connection to Redis') })
    expect(verdict).toContain('Redis cannot be asked: No connection to Redis')
  })

  test('why there never was a connection to it', async () => {
    const tags = connectTagSpace({ url: 'redis://127.0.0.1:1', name: 'nobody' })
    const cache = createCache({ namespace: 'test', tags })
    await expect.poll(async () => (await cache.explain('a')).verdict).toContain('ECONNREFUSED')
    await tags.close()
  })
})

describe.for(kinds)('in %s', (kind) => {
  test('explain touches nothing: no statistics, no load, no refresh', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache({ ttl: 20, staleWhileRevalidate: '1m' })
    await cache.getOrLoad('a', () => 'value')
    await world.pass(20)
    const before = cache.stats()
    for (const key of ['a', 'b']) await cache.explain(key)
    expect(cache.stats()).toEqual(before)
  })

  test('keys of any length and Unicode, by the tags that they were given', async () => {
    const world = await worlds.open(kind)
    const cache = world.cache()
    for (const key of ['k'.repeat(500), 'lone\uD83D', 'a\nb', '🐎']) {
      await cache.getOrLoad(key, () => 'value', { tags: ['a:b:c'] })
      const { memory, key: named } = await cache.explain(key)
      expect([named, memory!.tags]).toEqual([key, ['a:b:c']])
    }
  })
})
