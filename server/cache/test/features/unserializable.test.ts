import { expect, test } from 'vitest'
import { codeOf, until, useWorlds } from './worlds.ts'

const worlds = useWorlds()

class Ballot {
  id = 1
}

const values: [string, unknown][] = [
  ['a function', { run: () => {} }],
  ['a symbol', Symbol('x')],
  ['an instance of a class', new Ballot()],
  ['a promise within', { later: Promise.resolve(1) }],
]

test.for(values)(
  '%s is refused by an error that names the key; the right to load is given back',
  async ([, value]) => {
    const fleet = await worlds.openFleet()
    const [one, two] = [fleet.cache({}, 0), fleet.cache({}, 1)]
    const read = one.getOrLoad('ballot:12', () => value)
    await expect(read).rejects.toMatchObject({
      code: 'HP_CACHE_VALUE_UNSERIALIZABLE',
      message: expect.stringContaining('"ballot:12"'),
    })
    expect(one.peek('ballot:12'), 'it is not kept here either').toBeUndefined()
    expect(await two.getOrLoad('ballot:12', () => 'data')).toBe('data')
    expect(one.stats()).toMatchObject({ loads: 1, loadErrors: 1, misses: 1, inFlight: 0, entries: 0 })
  },
)

test.for(values)('set refuses %s and leaves what is there', async ([, value]) => {
  const fleet = await worlds.openFleet()
  const cache = fleet.cache()
  await cache.set('a', 'before')
  expect(await codeOf(cache.set('a', value))).toBe('HP_CACHE_VALUE_UNSERIALIZABLE')
  expect(await cache.get('a')).toBe('before')
})

test('in a refresh it is counted, and the old value stays until its end', async () => {
  const fleet = await worlds.openFleet()
  const cache = fleet.cache({ ttl: 30, staleWhileRevalidate: '1m' })
  await cache.getOrLoad<unknown>('a', () => 'old')
  await fleet.pass(30)
  for (let read = 0; read < 3; read++) {
    expect(await cache.getOrLoad<unknown>('a', () => () => {})).toBe('old')
    await until(() => cache.stats().inFlight === 0)
  }
  expect(cache.stats()).toMatchObject({ loads: 2, loadErrors: 1 })
})

test('of several keys each names its own', async () => {
  const fleet = await worlds.openFleet()
  const cache = fleet.cache()
  const call = cache.getMany<unknown>(
    ['a', 'b'],
    () =>
      new Map<string, unknown>([
        ['a', 1],
        ['b', () => {}],
      ]),
  )
  await expect(call).rejects.toThrow('"b"')
  await until(async () => (await cache.get('a')) === 1)
})

test('in one process any value is kept', async () => {
  const world = await worlds.open('one process')
  const cache = world.cache()
  for (const [name, value] of values) {
    await cache.getOrLoad(name, () => value)
    expect(await cache.get(name)).toBe(value)
  }
})

test('a serializer that throws, or returns no bytes, is named too', async () => {
  const fleet = await worlds.openFleet()
  for (const serialize of [
    () => {
      throw new Error('cannot')
    },
    () => 5 as never,
  ]) {
    const cache = fleet.cache({ serializer: { serialize, deserialize: () => 1 } })
    await expect(cache.getOrLoad('a', () => 1)).rejects.toMatchObject({
      code: 'HP_CACHE_VALUE_UNSERIALIZABLE',
      message: expect.stringContaining('"a"'),
    })
  }
})
