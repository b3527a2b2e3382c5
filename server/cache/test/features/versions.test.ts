import { connectTagSpace } from '@hotpath/cache/redis'
import { describe, expect, test } from 'vitest'
import { codeOf, kinds, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()

describe.for(kinds)('in %s', (kind) => {
  test('namespaces are apart: keys are each one’s own, tags are everybody’s', async () => {
    const world = await worlds.open(kind)
    const [ballots, votes] = [world.cache({ namespace: 'ballots' }), world.cache({ namespace: 'votes' })]
    expect(await ballots.getOrLoad('1', () => 'ballot', { tags: ['x'] })).toBe('ballot')
    expect(await votes.getOrLoad('1', () => 'vote', { tags: ['x'] })).toBe('vote')
    await ballots.invalidate({ keys: ['1'] })
    expect([await ballots.get('1'), await votes.get('1')]).toEqual([undefined, 'vote'])
    await ballots.invalidate({ tags: ['x'] })
    expect(await votes.get('1')).toBeUndefined()
  })

  test.for([
    ['a namespace', { namespace: '\uD800' }],
    ['no name', { namespace: '' }],
  ] as const)('%s that cannot be written is refused', async ([, options]) => {
    const world = await worlds.open(kind)
    expect(await codeOf(Promise.try(() => world.cache(options)))).toBe('HP_CACHE_NAMESPACE_INVALID')
  })
})

test.for([
  ['1', '2'],
  ['1', 2],
  [1, 11],
  ['a', 'a@1'],
  ['a:b', 'a'],
  ['1,2', '1'],
  ['*', '.'],
  ['', '1'],
] as const)(
  'processes with the versions %j and %j never read each other’s values',
  async ([older, newer]) => {
    const fleet = await worlds.openFleet()
    const [one, two] = [fleet.cache({ version: older }, 0), fleet.cache({ version: newer }, 1)]
    for (const key of ['a', 'b:a', 'x'.repeat(500)]) {
      expect(await one.getOrLoad(key, () => 'older')).toBe('older')
      expect(await two.getOrLoad(key, () => 'newer')).toBe('newer')
      expect([await one.get(key), await two.get(key)]).toEqual(['older', 'newer'])
      await one.invalidate({ keys: [key] })
      await until(async () => (await two.get(key)) === undefined)
      expect(await one.get(key)).toBeUndefined()
      await two.getOrLoad(key, () => 'newer', { tags: ['x'] })
      await one.set(key, 'older', { tags: ['x'] })
      await until(async () => (await two.get(key)) === undefined)
      await two.getOrLoad(key, () => 'newer', { tags: ['x'] })
      await two.invalidate({ tags: ['x'] }, { ack: 'fleet' })
      expect([await one.get(key), await two.get(key)]).toEqual([undefined, undefined])
    }
  },
)

test.for(['', '\uD800'])('an application called %j is refused', (name) => {
  expect(() => connectTagSpace({ url: 'redis://127.0.0.1:1', name })).toThrow(
    expect.objectContaining({ code: 'HP_CACHE_APPLICATION_INVALID' }),
  )
})

test('the same version written as a number and as a text is one', async () => {
  const fleet = await worlds.openFleet()
  await fleet.cache({ version: 2 }, 0).getOrLoad('a', () => 'value')
  expect(await fleet.cache({ version: '2' }, 1).get('a')).toBe('value')
})

test('a version that comes up later is reached by invalidations of those before it', async () => {
  const fleet = await worlds.openFleet()
  const one = fleet.cache({ version: 1 }, 0)
  await one.getOrLoad('a', () => 'older')
  const two = fleet.cache({ version: 2 }, 1)
  await two.getOrLoad('a', () => 'newer')
  expect(await one.delete('a')).toBe(true)
  expect(await fleet.ask('EXISTS', `{${fleet.app}}k:test@1:a`, `{${fleet.app}}k:test@2:a`)).toBe(0)
})

test('versions are announced anew where Redis has lost them', async () => {
  const fleet = await worlds.openFleet()
  const [one, two] = [fleet.cache({ version: 1 }, 0), fleet.cache({ version: 2 }, 1)]
  await fleet.ask('FLUSHALL')
  await one.getOrLoad('a', () => 'older')
  await two.getOrLoad('a', () => 'newer')
  await one.invalidate({ keys: ['a'] })
  expect(await fleet.ask('EXISTS', `{${fleet.app}}k:test@1:a`, `{${fleet.app}}k:test@2:a`)).toBe(0)
  await until(async () => (await two.get('a')) === undefined)
})

test.for([
  ['a', 'b'],
  ['a', 'a}'],
  ['a', 'a}k:test@1:'],
  ['shop', 'shop:eu'],
  ['Ž', 'ž'],
] as const)('the applications %j and %j on one Redis are apart', async ([first, second]) => {
  const unique = Math.random().toString(36)
  const one = await worlds.openFleet({ name: `${unique}${first}` })
  const two = await worlds.openFleet({ name: `${unique}${second}` })
  await one.cache().getOrLoad('a', () => 'one', { tags: ['x'] })
  expect(await two.cache().getOrLoad('a', () => 'two', { tags: ['x'] })).toBe('two')
  await one.cache().invalidate({ tags: ['x'], keys: ['a'], pattern: '*' }, { ack: 'fleet' })
  expect(await two.cache({}, 1).get('a')).toBe('two')
  expect(await one.cache({}, 1).get('a')).toBeUndefined()
})
