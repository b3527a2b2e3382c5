import { startRedis } from '@hotpath/cache/local'
import { describe, expect, onTestFinished, test } from 'vitest'
import { testRedis } from '../redis/connected.ts'
import { codeOf, counting, type Fleet, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()

/** How Redis can be away. */
const outages = {
  killed: (fleet: Fleet) => fleet.redis.kill(),
  paused: async (fleet: Fleet) => {
    fleet.redis.pause()
    onTestFinished(() => fleet.redis.resume())
  },
} as const
const kinds = Object.keys(outages) as (keyof typeof outages)[]

async function openAlone(): Promise<Fleet> {
  return worlds.openFleet({ redis: await testRedis(), commandTimeout: 300, connected: 1 })
}

/** Redis is known to be away: nothing waits for it any more. */
async function goAway(fleet: Fleet, how: keyof typeof outages): Promise<void> {
  await outages[how](fleet)
  await until(() => !fleet.space().tier!.reachable())
}

describe.for(kinds)('while Redis is %s', (how) => {
  test('load: what was proved in the last 2 s is served, then loaders run, each once for all its callers', async () => {
    const fleet = await openAlone()
    const cache = fleet.cache()
    const origin = counting('value')
    expect(await cache.getOrLoad('a', origin.load)).toBe('value 1')
    await until(() => cache.peek('a') !== undefined)
    await goAway(fleet, how)
    expect(await cache.getOrLoad('a', origin.load)).toBe('value 1')
    expect(await cache.get('a')).toBe('value 1')
    await fleet.pass(2_000)
    expect(await cache.get('a')).toBeUndefined()
    const readers = [1, 2, 3].map(() => cache.getOrLoad('a', origin.load))
    expect(await Promise.all(readers)).toEqual(['value 2', 'value 2', 'value 2'])
    expect(await cache.getOrLoad('a', origin.load), 'for 2 s again').toBe('value 2')
    expect(cache.stats()).toMatchObject({ loads: 2, hits: 3, misses: 3, collapsed: 2 })
    expect(cache.stats().groups[0]!.misses).toMatchObject({ absent: 1, unreachable: 2 })
  })

  test('serve: what memory has is served for as long as it says', async () => {
    const fleet = await openAlone()
    const [long, short] = [
      fleet.cache({ redisDown: 'serve' }),
      fleet.cache({ namespace: 'short', redisDown: 'serve', serveFor: 100 }),
    ]
    await long.getOrLoad('a', () => 'old')
    await short.getOrLoad('a', () => 'old')
    await until(() => long.peek('a') !== undefined)
    await goAway(fleet, how)
    await fleet.pass(2_000)
    expect(await long.getOrLoad('a', () => 'new')).toBe('old')
    expect(await long.get('a')).toBe('old')
    expect(await short.getOrLoad('a', () => 'new')).toBe('new')
    expect(await long.getOrLoad('b', () => 'new'), 'what it has not is loaded').toBe('new')
    await long.invalidate({ keys: ['a'] })
    expect(await long.getOrLoad('a', () => 'new'), 'what it knows to be changed is not').toBe('new')
  })

  test('serve: also what was found in Redis, with tags that this process had not heard of', async () => {
    const fleet = await openAlone()
    const other = await worlds.openFleet({ redis: fleet.redis, name: fleet.app, connected: 1 })
    await other.cache().getOrLoad('a', () => 'old', { tags: ['x', 'y'] })
    await until(() => other.cache().get('a'))
    const cache = fleet.cache({ redisDown: 'serve' })
    expect(await cache.getOrLoad('a', () => 'new')).toBe('old')
    await goAway(fleet, how)
    expect(await cache.getOrLoad('a', () => 'new')).toBe('old')
    await cache.invalidate({ tags: ['y'] })
    expect(await cache.getOrLoad('a', () => 'new')).toBe('new')
  })

  test('fail: what would need Redis is refused at once, and loaders do not run', async () => {
    const fleet = await openAlone()
    const cache = fleet.cache({ redisDown: 'fail' })
    await cache.getOrLoad('a', () => 'value')
    await goAway(fleet, how)
    const never = () => Promise.reject(new Error('was run'))
    expect(await codeOf(cache.getOrLoad('b', never))).toBe('HP_CACHE_REDIS_DOWN')
    expect(await codeOf(cache.get('b'))).toBe('HP_CACHE_REDIS_DOWN')
    expect(await codeOf(cache.getMany(['b', 'c'], never))).toBe('HP_CACHE_REDIS_DOWN')
    expect(await codeOf(cache.getOrLoad('b', never, { read: 'strong' }))).toBe('HP_CACHE_REDIS_DOWN')
    expect(await codeOf(cache.get('b', { read: 'strong' }))).toBe('HP_CACHE_REDIS_DOWN')
    expect(await codeOf(cache.set('b', 'value'))).toBe('HP_CACHE_REDIS_DOWN')
    expect(cache.stats()).toMatchObject({ loads: 1, loadErrors: 0, hits: 0, misses: 7, inFlight: 0 })
    expect(cache.peek('a'), 'memory that lost its proof is not served').toBeUndefined()
  })

  test('a strong read runs its own loader', async () => {
    const fleet = await openAlone()
    const cache = fleet.cache({ redisDown: 'serve' })
    await cache.getOrLoad('a', () => 'old')
    await goAway(fleet, how)
    expect(await cache.getOrLoad('a', () => 'new', { read: 'strong' })).toBe('new')
    expect(await cache.get('a', { read: 'strong' })).toBeUndefined()
  })

  test('what a strong read has shown is not taken back, though another one took its place', async () => {
    const fleet = await openAlone()
    const cache = fleet.cache({ redisDown: 'serve' })
    await cache.getOrLoad('a', () => 'old')
    await until(() => cache.peek('a') !== undefined)
    await goAway(fleet, how)
    expect(await cache.get('a')).toBe('old')
    const [one, other] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()]
    const loaded: string[] = []
    const readStrongly = (name: string, value: Promise<string>) => {
      const load = () => {
        loaded.push(name)
        return value
      }
      return cache.getOrLoad('a', load, { read: 'strong' })
    }
    const first = readStrongly('first', one.promise)
    await until(() => loaded.length === 1)
    const second = readStrongly('second', other.promise)
    await until(() => loaded.length === 2)
    one.resolve('new')
    expect(await first).toBe('new')
    expect(await cache.get('a')).toBeUndefined()
    other.resolve('new')
    await second
    expect(await cache.get('a')).toBe('new')
  })

  test('invalidate, delete, expire and set take effect here at once, and are not acknowledged', async () => {
    const fleet = await openAlone()
    const cache = fleet.cache({ redisDown: 'serve' })
    const untouched = fleet.cache({ namespace: 'untouched', redisDown: 'serve' })
    await untouched.getOrLoad('kept', () => 'old')
    for (const key of ['tagged', 'a', 'b:1', 'set'])
      await cache.getOrLoad(key, () => 'old', key === 'tagged' ? { tags: ['x'] } : {})
    await until(() => untouched.peek('kept') !== undefined)
    await goAway(fleet, how)
    const refused = { acknowledged: false }
    expect(await cache.invalidate({ tags: ['x'] })).toEqual(refused)
    expect(await cache.invalidate({ pattern: 'b:*' }, { ack: 'fleet' })).toEqual(refused)
    expect(await cache.expire({ keys: ['never known'] })).toEqual(refused)
    expect(await cache.delete('a')).toBe(true)
    await cache.set('set', 'new')
    for (const key of ['tagged', 'a', 'b:1', 'set'])
      expect(await cache.getOrLoad(key, () => 'new'), key).toBe('new')
    expect(await untouched.getOrLoad('kept', () => 'new')).toBe('old')
  })
})

test('the first reads after Redis stopped to answer wait for one time-out together, later ones not at all', async () => {
  const fleet = await openAlone()
  const cache = fleet.cache()
  // A Redis that stands still for a day must not be able to hold anybody.
  fleet.redis.pause()
  onTestFinished(() => fleet.redis.resume())
  const keys = Array.from({ length: 200 }, (_, index) => `k:${index}`)
  const all = await Promise.all(keys.map((key) => cache.getOrLoad(key, () => key)))
  expect(all).toEqual(keys)
  expect(fleet.space().tier!.reachable()).toBe(false)
  const turn = new Promise((resolve) => setImmediate(() => resolve('a turn of the event loop')))
  expect(await Promise.race([cache.getOrLoad('another', () => 'value'), turn])).toBe('value')
})

test('a process that starts without Redis works, and shares once Redis is there', async () => {
  const gone = await testRedis()
  await gone.kill()
  const fleet = await worlds.openFleet({ connected: 0 })
  const lonely = await worlds.openFleet({ name: fleet.app, url: gone.url, commandTimeout: 200, connected: 0 })
  const cache = lonely.cache()
  expect(await cache.getOrLoad('a', () => 'value')).toBe('value')
  expect(await cache.getOrLoad('a', () => 'other')).toBe('value')
  expect(await codeOf(lonely.space().ready())).toBe('HP_CACHE_REDIS_UNREACHABLE')
  const back = await startRedis({ port: gone.port })
  onTestFinished(() => back.stop())
  await until(() => lonely.space().tier!.reachable())
  await cache.getOrLoad('b', () => 'shared')
  const second = await worlds.openFleet({ redis: back, name: fleet.app })
  expect(await second.cache().get('b')).toBe('shared')
})
