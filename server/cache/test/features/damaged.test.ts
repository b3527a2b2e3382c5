import { expect, test } from 'vitest'
import { type Fleet, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()

const placeOf = ({ app }: Fleet, key: string) => `{${app}}k:test@1:${key}`

/** What may lie under the key of a value, made of what was stored there. */
const damages: [string, (stored: Uint8Array) => string | Uint8Array][] = [
  ['nothing but an end of line', () => '\n'],
  ['an empty text', () => ''],
  ['JSON of somebody else', () => '{"a":1}'],
  ['random bytes', () => Uint8Array.from({ length: 500 }, (_, index) => (index * 89) % 256)],
  ['the first half of it', (stored) => stored.subarray(0, stored.length / 2)],
  ['all but its last byte', (stored) => stored.subarray(0, -1)],
  ['a byte too many', (stored) => Buffer.concat([stored, Buffer.from('x')])],
  ['a layout of the future', (stored) => Buffer.concat([Buffer.from('2'), stored.subarray(1)])],
  ['a body that is no JSON', (stored) => Buffer.concat([stored.subarray(0, -1), Buffer.from('!')])],
  [
    'a format that nobody knows',
    (stored) => Buffer.from(Buffer.from(stored).toString().replace('\tj\t', '\tq\t')),
  ],
  [
    'compressed bytes that are none',
    (stored) => Buffer.from(Buffer.from(stored).toString().replace('\tj\t', '\tjz\t')),
  ],
]

test.for(damages)('%s is a miss for its reason, counted once, and replaced', async ([, damage]) => {
  const fleet = await worlds.openFleet()
  const place = placeOf(fleet, 'a')
  await fleet.cache({}, 0).getOrLoad('a', () => 'stored')
  await until(async () => (await fleet.ask('EXISTS', place)) === 1)
  const stored = (await fleet.admin.command(['GET', place])) as Uint8Array
  await fleet.ask('SET', place, damage(stored))

  const cache = fleet.cache({}, 1)
  expect((await cache.explain('a')).redis).not.toBeNull()
  expect(await cache.get('a')).toBeUndefined()
  expect(await cache.getMany(['a'])).toHaveLength(0)
  expect(await cache.getOrLoad('a', () => 'loaded')).toBe('loaded')
  const { groups, ...stats } = cache.stats()
  expect(stats).toMatchObject({ misses: 3, hits: 0, loads: 1 })
  expect(groups[0]!.misses).toEqual({ absent: 0, expired: 0, invalidated: 0, unreachable: 0, corrupt: 3 })
  const third = fleet.cache({ namespace: 'test' }, 1)
  await until(async () => (await third.get('a')) === 'loaded')
})

test.for([
  ['a list', ['RPUSH', 'x']],
  ['a hash', ['HSET', 'f', 'x']],
  ['a set', ['SADD', 'x']],
] as const)('%s under the key is a miss, and replaced', async ([, [command, ...words]]) => {
  const fleet = await worlds.openFleet()
  const place = placeOf(fleet, 'a')
  await fleet.ask(command, place, ...words)
  await fleet.ask(command, place.replace('}k:', '}l:'), ...words)
  const cache = fleet.cache()
  expect(await cache.getMany(['a', 'b'])).toHaveLength(0)
  expect(await cache.getOrLoad('a', () => 'loaded')).toBe('loaded')
  await until(async () => (await fleet.ask('TYPE', place)) === 'string')
  expect(await fleet.cache({}, 1).get('a')).toBe('loaded')
  expect(await cache.delete('a')).toBe(true)
  await fleet.ask(command, place, ...words)
  await cache.set('a', 'set')
  expect(await cache.get('a')).toBe('set')
})

test('marks that are no marks count as missing: what carries them is loaded once more', async () => {
  const fleet = await worlds.openFleet()
  const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
  await one.getOrLoad('a', () => 'old', { tags: ['x'] })
  // Were nothing changed since the load, nothing could have been lost with the mark.
  await one.invalidate({ tags: ['another'] })
  await fleet.ask('SET', `{${fleet.app}}mt:x`, 'rubbish')
  await until(async () => (await one.get('a')) === undefined)
  expect(await one.getOrLoad('a', () => 'new', { tags: ['x'] })).toBe('new')
  await until(async () => (await two.get('a')) === 'new')
  await one.invalidate({ tags: ['x'] }, { ack: 'fleet' })
  expect(await two.get('a')).toBeUndefined()
})

test('a value that another serializer wrote is a miss where that is not known', async () => {
  const fleet = await worlds.openFleet()
  const serializer = {
    serialize: (value: unknown) => Buffer.from(JSON.stringify(value)),
    deserialize: (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString()),
  }
  await fleet.cache({ serializer }, 0).getOrLoad('a', () => 'own')
  const [same, plain] = [fleet.cache({ serializer }, 1), fleet.cache({}, 1)]
  await until(async () => (await same.get('a')) === 'own')
  expect(await plain.get('a')).toBeUndefined()
  expect(plain.stats().groups[0]!.misses).toMatchObject({ corrupt: 1, absent: 0 })
})
