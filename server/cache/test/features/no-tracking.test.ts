import { expect, test } from 'vitest'
import { testRedis } from '../redis/connected.ts'
import { codeOf, counting, type Fleet, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()

/** A fleet whose user may not ask for change notices. */
async function openUntracked(): Promise<Fleet> {
  const redis = await testRedis()
  const admin = await worlds.openFleet({ redis })
  await admin.ask('ACL', 'SETUSER', 'plain', 'on', '>secret', '~*', '&*', '+@all', '-client|tracking')
  return worlds.openFleet({ redis, url: `redis://plain:secret@127.0.0.1:${redis.port}` })
}

test('without change notices every read asks Redis, and an invalidation is seen by the very next one', async () => {
  const fleet = await openUntracked()
  expect(fleet.space().tier!.isTold()).toBe(false)
  const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
  expect(fleet.space().weaker()).toContain('every read asks Redis')
  const origin = counting('value')
  for (let round = 1; round <= 10; round++) {
    for (const cache of [one, two, one, two])
      expect(await cache.getOrLoad('a', origin.load, { tags: ['x'] })).toBe(`value ${round}`)
    const what = [{ tags: ['x'] }, { keys: ['a'] }, { pattern: 'a*' }][round % 3]!
    expect(await one.invalidate(what)).toEqual({ acknowledged: true })
    expect(await two.get('a')).toBeUndefined()
  }
  expect(one.stats().groups[0]!.hits.memory + two.stats().groups[0]!.hits.memory).toBe(0)
})

test('what is weaker is said only of such a Redis', async () => {
  const [fleet, local] = [await worlds.openFleet(), await worlds.open('one process')]
  for (const world of [fleet, local]) expect(world.space().weaker()).toBeNull()
  const alone = await worlds.openFleet({ url: 'redis://127.0.0.1:1', connected: 0 })
  expect(alone.space().weaker(), 'nor of one that is not there').toBeNull()
})

test('everything else works as ever', async () => {
  const fleet = await openUntracked()
  const [one, two] = [fleet.cache({ staleWhileRevalidate: '1m' }, 0), fleet.cache({}, 1)]
  await one.set('a', 'set')
  expect(await two.get('a')).toBe('set')
  expect(await two.getMany(['a', 'b'], (missing) => new Map(missing.map((key) => [key, key])))).toHaveLength(
    2,
  )
  await until(async () => (await one.get('b')) === 'b')
  await fleet.pass(5)
  await one.expire({ keys: ['a'] })
  expect(await one.getOrLoad('a', () => 'new')).toBe('set')
  await until(async () => (await two.get('a')) === 'new')
  expect(await two.getOrLoad('a', () => 'never', { read: 'strong' })).toBe('new')
  const stampede = counting('value')
  const readers = [one, two, one, two].map((cache) => cache.getOrLoad('c', stampede.load))
  expect(new Set(await Promise.all(readers))).toEqual(new Set(['value 1']))
  expect((await one.explain('a')).verdict).toContain('Served from Redis')
  expect(await one.delete('a')).toBe(true)
})

test('a loader that fails, and one that is too late, are told as ever', async () => {
  const fleet = await openUntracked()
  const cache = fleet.cache({ timeout: 100 })
  expect(await codeOf(cache.getOrLoad('a', () => Promise.reject(new Error('no'))))).toBe('no')
  expect(await codeOf(cache.getOrLoad('a', () => new Promise(() => {})))).toBe('HP_CACHE_LOAD_TIMEOUT')
})

test('ack fleet cannot be answered by such processes, and waits until they could not serve what they had', async () => {
  const fleet = await openUntracked()
  const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
  await two.getOrLoad('a', () => 'old')
  expect(await one.invalidate({ keys: ['a'] }, { ack: 'fleet' })).toEqual({ acknowledged: true })
  expect(await two.get('a')).toBeUndefined()
})
