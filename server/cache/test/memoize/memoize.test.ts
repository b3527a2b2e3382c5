import { createTestCache } from '@hotpath/cache/testing'
import { expect, expectTypeOf, test } from 'vitest'
import { memoize } from '../../src/memoize.ts'

const open = () => createTestCache().cache

test('the function runs once for the same arguments, and its type is its own', async () => {
  const calls: unknown[] = []
  async function loadBallot(id: number, language = 'en') {
    calls.push([id, language])
    return { id, language }
  }
  const ballot = memoize(open(), loadBallot)
  expectTypeOf(ballot).parameters.toEqualTypeOf<[id: number, language?: string | undefined]>()
  expectTypeOf(ballot(1)).toEqualTypeOf<Promise<{ id: number; language: string }>>()
  expect(await ballot(1)).toEqual({ id: 1, language: 'en' })
  expect(await ballot(1)).toEqual({ id: 1, language: 'en' })
  expect(await ballot(1, 'de')).toEqual({ id: 1, language: 'de' })
  expect(calls).toEqual([
    [1, 'en'],
    [1, 'de'],
  ])
  expect(ballot.name).toBe('loadBallot')
})

test('a function that returns at once becomes one that returns a promise, also of its error', async () => {
  let runs = 0
  const half = memoize(open(), function half(whole: number): number {
    runs += 1
    if (whole % 2 === 1) throw new Error('odd')
    return whole / 2
  })
  expectTypeOf(half(4)).toEqualTypeOf<Promise<number>>()
  expect(await half(4)).toBe(2)
  await expect(half(3)).rejects.toThrow('odd')
  await expect(half(3)).rejects.toThrow('odd')
  expect(runs, 'errors are not kept').toBe(3)
})

test('calls that come together share one run', async () => {
  let runs = 0
  const answer = Promise.withResolvers<string>()
  const slow = memoize(open(), async function slow(_id: number) {
    runs += 1
    return answer.promise
  })
  const calls = [slow(1), slow(1), slow(1)]
  answer.resolve('done')
  expect(await Promise.all(calls)).toEqual(['done', 'done', 'done'])
  expect(runs).toBe(1)
})

test('one call is invalidated by its arguments, and a tag invalidates all that carry it', async () => {
  const cache = open()
  let version = 1
  const ballot = memoize(cache, async (id: number) => `${id}.${version}`, {
    name: 'ballot',
    tags: (id) => [`ballot:${id}`, id < 10 ? 'small' : 'large'],
  })
  const all = () => Promise.all([ballot(1), ballot(2), ballot(30)])
  expect(await all()).toEqual(['1.1', '2.1', '30.1'])
  version = 2
  await ballot.invalidate(1)
  expect(await all()).toEqual(['1.2', '2.1', '30.1'])
  version = 3
  await cache.invalidate({ tags: ['small'] })
  expect(await all()).toEqual(['1.3', '2.3', '30.1'])
  expect(ballot.key(1)).toBe('ballot:1')
})

test('tags may be the same for all calls, and times are those of the options', async () => {
  const { cache, clock } = createTestCache()
  let version = 1
  const ballots = memoize(cache, async () => version, { name: 'ballots', tags: ['ballots'], ttl: '1s' })
  expect(await ballots()).toBe(1)
  version = 2
  clock.advance(999)
  expect(await ballots()).toBe(1)
  await cache.invalidate({ tags: ['ballots'] })
  expect(await ballots()).toBe(2)
  version = 3
  clock.advance(1000)
  expect(await ballots()).toBe(3)
})

test('the key may be made by the application, of anything', async () => {
  const greet = memoize(open(), async (user: { id: number; name: string }) => `Hello ${user.name}`, {
    key: (user) => `greeting:${user.id}`,
  })
  expect(await greet({ id: 1, name: 'Ada' })).toBe('Hello Ada')
  expect(await greet({ id: 1, name: 'Grace' })).toBe('Hello Ada')
  expect(greet.key({ id: 2, name: '' })).toBe('greeting:2')
})

test('an argument that makes no key rejects the call before the function runs', async () => {
  const find = memoize(open(), async function find(_filter: object) {
    expect.fail('it ran')
  })
  await expect(find({ state: 'NY' })).rejects.toMatchObject({ code: 'HP_CACHE_CALL_ARGUMENT' })
  await expect(find.invalidate({ state: 'NY' })).rejects.toMatchObject({ code: 'HP_CACHE_CALL_ARGUMENT' })
})

test('a function without a name is refused, unless it is given one', () => {
  const unnamed = (
    () => async (id: number) =>
      id
  )()
  expect(() => memoize(open(), unnamed)).toThrow(expect.objectContaining({ code: 'HP_CACHE_CALL_UNNAMED' }))
  expect(memoize(open(), unnamed, { name: 'id' }).key(1)).toBe('id:1')
})

test('two functions of one name do not share a cache, but one function may be memoized again', async () => {
  const cache = open()
  const make = (answer: string) =>
    memoize(cache, async function load(_id: number) {
      return answer
    })
  expect(await make('first')(1)).toBe('first')
  expect(await make('second')(1), 'what is cached under the name').toBe('first')
  async function load(id: number) {
    return id
  }
  expect(() => memoize(cache, load)).toThrow(
    expect.objectContaining({
      code: 'HP_CACHE_CALL_NAME_TAKEN',
      what: expect.stringContaining('load') as string,
    }),
  )
  expect(await memoize(open(), load)(1), 'in another cache').toBe(1)
})

test('a function that needs its this keeps it', async () => {
  const store = {
    answer: 42,
    load: memoize(open(), async function load(this: { answer: number }, extra: number) {
      return this.answer + extra
    }),
  }
  expect(await store.load(1)).toBe(43)
})
