import { expect, test } from 'vitest'
import { testRedis } from '../redis/connected.ts'
import { counting, type Fleet, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()

/** A fleet on a Redis that can be filled up, after which it refuses every write. */
async function openSmall(): Promise<Fleet & { fill(): Promise<void>; widen(): Promise<void> }> {
  const redis = await testRedis({ maxMemory: '64mb', maxMemoryPolicy: 'noeviction' })
  const fleet = await worlds.openFleet({ redis })
  return {
    ...fleet,
    fill: async () => void (await fleet.ask('CONFIG', 'SET', 'maxmemory', '1')),
    widen: async () => void (await fleet.ask('CONFIG', 'SET', 'maxmemory', '0')),
  }
}

test('a Redis that is full is like one that is away: each process loads, nothing hangs, nothing is thrown', async () => {
  const fleet = await openSmall()
  const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
  await one.getOrLoad('warm', () => 'warm')
  await fleet.fill()
  const origin = counting('value')
  expect(await one.getOrLoad('a', origin.load)).toBe('value 1')
  expect(await two.getOrLoad('a', origin.load)).toBe('value 2')
  expect(await one.getMany(['b', 'c'], (missing) => new Map(missing.map((key) => [key, key])))).toHaveLength(
    2,
  )
  await one.set('d', 'set')
  expect(await one.getOrLoad('d', () => 'loaded')).toBe('set')
  await fleet.widen()
  await until(
    async () => (await two.getOrLoad('e', () => 'stored')) === 'stored' && (await one.get('e')) === 'stored',
  )
})

test('what it could not be told is in effect here at once, and for all when it has room again', async () => {
  const fleet = await openSmall()
  const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
  await one.getOrLoad('a', () => 'old', { tags: ['x'] })
  await until(() => one.peek('a') !== undefined)
  expect(await two.getOrLoad('a', () => 'never run')).toBe('old')
  await fleet.fill()
  expect(await one.invalidate({ tags: ['x'] })).toEqual({ acknowledged: false })
  for (let read = 0; read < 20; read++) expect(await one.get('a')).toBeUndefined()
  expect(await one.getOrLoad('a', () => 'new', { tags: ['x'] })).toBe('new')
  await fleet.widen()
  await until(async () => (await two.get('a')) !== 'old')
  await until(() => fleet.space(0).tier!.reachable())
  expect(await one.getOrLoad('a', () => 'new', { tags: ['x'] })).toBe('new')
})

test('a version that could not be announced then is reached by invalidations of its keys later', async () => {
  const fleet = await openSmall()
  await fleet.fill()
  const late = fleet.cache({ version: 'late' }, 0)
  await late.getOrLoad('a', () => 'while it is full')
  await fleet.widen()
  const place = `{${fleet.app}}k:test@late:a`
  await until(async () => {
    await late.getOrLoad('a', () => 'old', { ttl: '1h', read: 'strong' })
    return (await fleet.ask('EXISTS', place)) === 1
  })
  await fleet.cache({ version: 'other' }, 1).invalidate({ keys: ['a'] })
  expect(await fleet.ask('EXISTS', place)).toBe(0)
})

test('a Redis that evicts what was used least costs loads and nothing else', async () => {
  const redis = await testRedis({ maxMemory: '3mb', maxMemoryPolicy: 'allkeys-lru' })
  const fleet = await worlds.openFleet({ redis })
  const options = { maxEntries: 10, compressOver: false } as const
  const caches = [fleet.cache(options, 0), fleet.cache(options, 1)]
  const written = new Map<string, number>()
  for (let step = 0; step < 1_500; step++) {
    const key = `k:${(step * 7919) % 300}`
    const [reader, writer] = step % 2 === 0 ? [caches[0]!, caches[1]!] : [caches[1]!, caches[0]!]
    if (step % 10 === 0) {
      written.set(key, step)
      await writer.invalidate({ tags: [key] })
    }
    const wanted = written.get(key) ?? -1
    const load = () => ({ step: wanted, padding: Buffer.alloc(20_000).toString('latin1') })
    const value = await reader.getOrLoad(key, load, { tags: [key], read: 'strong' })
    expect(value.step).toBe(wanted)
  }
  expect(Number(/evicted_keys:(\d+)/.exec(String(await fleet.ask('INFO', 'stats')))![1])).toBeGreaterThan(0)
})
