import {
  createCache,
  createMemoryStore,
  createTagSpace,
  type CacheOptions,
  type Selection,
} from '@hotpath/cache'
import { expect, test } from 'vitest'

const tags = createTagSpace()
const open = () => createCache({ namespace: 'test', tags })
/** What a caller without types may send. */
const wrong = (value: unknown) => value as never

test.for([
  { given: undefined },
  { given: null },
  { given: 12 },
  { given: '' },
  { given: {} },
  { given: Symbol('key') },
])('$given is not a key', async ({ given }) => {
  const cache = open()
  const key = wrong(given)
  const refused = { code: 'HP_CACHE_KEY_INVALID' }
  await expect(cache.getOrLoad(key, () => 1)).rejects.toMatchObject(refused)
  await expect(cache.get(key)).rejects.toMatchObject(refused)
  await expect(cache.set(key, 1)).rejects.toMatchObject(refused)
  await expect(cache.delete(key)).rejects.toMatchObject(refused)
  await expect(cache.invalidate({ keys: [key] })).rejects.toMatchObject(refused)
  expect(() => cache.peek(key)).toThrow(expect.objectContaining(refused))
  expect(cache.stats()).toMatchObject({ entries: 0, inFlight: 0, loads: 0 })
})

test.for([{ given: 'ballot:1' }, { given: 12 }, { given: null }, { given: [''] }, { given: ['a', 1] }])(
  '$given are not tags',
  async ({ given }) => {
    const cache = open()
    const refused = { code: 'HP_CACHE_TAGS_INVALID' }
    await expect(cache.getOrLoad('a', () => 1, { tags: wrong(given) })).rejects.toMatchObject(refused)
    await expect(cache.set('a', 1, { tags: wrong(given) })).rejects.toMatchObject(refused)
    await expect(cache.invalidate({ tags: wrong(given) })).rejects.toMatchObject(refused)
    const change = { keys: [], patterns: [], hard: true, ack: 'redis' } as const
    await expect(tags.change({ ...change, tags: wrong(given) })).rejects.toMatchObject(refused)
    expect(cache.stats()).toMatchObject({ entries: 0, inFlight: 0, invalidations: 0 })
  },
)

test('a wrong tag found by a loader rejects its load', async () => {
  const cache = open()
  const load = cache.getOrLoad('a', ({ addTags }) => addTags(wrong(12)))
  await expect(load).rejects.toMatchObject({ code: 'HP_CACHE_TAGS_INVALID' })
})

test('a tag found after the load has ended is refused', async () => {
  const cache = open()
  let addLate: (...tags: string[]) => void = () => {}
  await cache.getOrLoad('a', ({ addTags }) => {
    addLate = addTags
    return 1
  })
  expect(() => addLate('x')).toThrow(expect.objectContaining({ code: 'HP_CACHE_TAGS_LATE' }))
})

test.for([{ given: undefined }, { given: 'loader' }, { given: {} }])(
  '$given is not a loader',
  async ({ given }) => {
    await expect(open().getOrLoad('a', wrong(given))).rejects.toMatchObject({
      code: 'HP_CACHE_LOADER_INVALID',
    })
  },
)

test('a promise is not a value', async () => {
  await expect(open().set('a', Promise.resolve(1))).rejects.toMatchObject({ code: 'HP_CACHE_VALUE_INVALID' })
})

test.for([
  { given: undefined },
  { given: null },
  { given: 'a' },
  { given: {} },
  { given: { pattern: 1 } },
  { given: { keys: 'a' } },
])('$given selects nothing', async ({ given }) => {
  const what: Selection = wrong(given)
  await expect(open().invalidate(what)).rejects.toMatchObject({ code: 'HP_CACHE_SELECTION_INVALID' })
  await expect(open().expire(what)).rejects.toMatchObject({ code: 'HP_CACHE_SELECTION_INVALID' })
})

test('an empty list of tags is fine: nothing is to be invalidated', async () => {
  const cache = open()
  await cache.set('a', 1, { tags: ['x'] })
  await cache.invalidate({ tags: [] })
  expect(cache.peek('a')).toBe(1)
})

test.for<[Partial<CacheOptions>, string]>([
  [{ namespace: '' }, 'HP_CACHE_NAMESPACE_INVALID'],
  [{ maxEntries: 0 }, 'HP_CACHE_BOUND_INVALID'],
  [{ maxEntries: 1.5 }, 'HP_CACHE_BOUND_INVALID'],
  [{ maxBytes: 0 }, 'HP_CACHE_BOUND_INVALID'],
  [{ maxBytes: wrong('lots') }, 'HP_BYTES_INVALID'],
  [{ ttl: -1 }, 'HP_DURATION_INVALID'],
  [{ jitter: 1.1 }, 'HP_CACHE_SHARE_INVALID'],
  [{ earlyRefresh: -0.1 }, 'HP_CACHE_SHARE_INVALID'],
  [{ staleWhileRevalidate: wrong('a while') }, 'HP_DURATION_INVALID'],
])('the options %j are refused with %s', ([options, code]) => {
  expect(() => createCache({ namespace: 'test', tags, ...options })).toThrow(
    expect.objectContaining({ code }),
  )
})

test('a wrong ttl of one value rejects its read before the loader runs', async () => {
  const cache = open()
  const read = cache.getOrLoad('a', () => expect.fail('the loader ran'), { ttl: wrong('soon') })
  await expect(read).rejects.toMatchObject({ code: 'HP_DURATION_INVALID' })
})

test.for([0, -1, 1.5, NaN, Infinity])('a tag space with %d marks is refused', (maxMarks) => {
  expect(() => createTagSpace({ maxMarks })).toThrow(
    expect.objectContaining({ code: 'HP_CACHE_BOUND_INVALID' }),
  )
})

test.for([-1, NaN, Infinity])('%d is not a size', async (bytes) => {
  const refused = { code: 'HP_CACHE_SIZE_INVALID' }
  const cache = createCache({ namespace: 'test', tags, sizeOf: () => bytes })
  await expect(cache.set('a', 1)).rejects.toMatchObject(refused)
  expect(() => createMemoryStore<object>().set('a', {}, bytes)).toThrow(expect.objectContaining(refused))
})
