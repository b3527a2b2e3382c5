import { createTestCache } from '@hotpath/cache/testing'
import { expect, test } from 'vitest'
import { settled } from '../deferred-load.ts'
import { warm, type WarmProgress, type WarmTask } from '../../src/warm.ts'

const open = () => createTestCache({ ttl: '1s', staleWhileRevalidate: '1m' })

const task = (options: Partial<WarmTask> = {}): WarmTask => ({
  name: 'ballots',
  cache: open().cache,
  keys: () => ['a', 'b', 'c'],
  load: (key) => `value of ${key}`,
  ...options,
})

test('what is absent is loaded under its options, what is fresh is skipped', async () => {
  const { cache } = open()
  await cache.set('b', 'kept')
  const loaded: string[] = []
  const load = (key: string) => {
    loaded.push(key)
    return `value of ${key}`
  }
  const options = (key: string) => ({ tags: [`ballot:${key}`] })
  const result = await warm([task({ cache, load, options })])
  expect(result).toEqual({ loaded: 2, skipped: 1, failed: 0, failures: [], aborted: false })
  expect(loaded).toEqual(['a', 'c'])
  expect([cache.peek('a'), cache.peek('b'), cache.peek('c')]).toEqual(['value of a', 'kept', 'value of c'])
  await cache.invalidate({ tags: ['ballot:a'] })
  expect([cache.peek('a'), cache.peek('c')]).toEqual([undefined, 'value of c'])
})

test('a stale value is refreshed, and waited for', async () => {
  const { cache, clock } = open()
  await cache.set('a', 'old')
  clock.advance('2s')
  const load = async () => {
    await settled()
    return 'new'
  }
  expect(await warm([task({ cache, keys: () => ['a'], load })])).toMatchObject({ loaded: 1, skipped: 0 })
  expect(cache.peek('a')).toBe('new')
})

test('a failure is reported, and all else goes on', async () => {
  const load = (key: string) => {
    if (key === 'b') throw new Error('no such ballot')
    return key
  }
  const broken = task({
    name: 'broken',
    keys: () => {
      throw new Error('the database is down')
    },
  })
  const half = task({
    name: 'half',
    async *keys() {
      yield 'x'
      throw new Error('the cursor was closed')
    },
  })
  const text = task({ name: 'text', keys: () => 'abc' })
  const tasks = [broken, task({ load }), half, text, task({ name: 'last' })]
  const result = await warm(tasks, { concurrency: 1 })
  expect(result).toMatchObject({ loaded: 6, skipped: 0, failed: 4, aborted: false })
  expect(result.failures).toEqual([
    { name: 'broken', key: null, reason: 'the database is down' },
    { name: 'ballots', key: 'b', reason: 'no such ballot' },
    { name: 'half', key: null, reason: 'the cursor was closed' },
    { name: 'text', key: null, reason: 'its keys are the text "abc"' },
  ])
})

test('a stale value whose refresh fails counts as failed', async () => {
  const { cache, clock } = open()
  await cache.set('a', 'old')
  clock.advance('2s')
  const load = async () => {
    await settled()
    throw new Error('the origin is down')
  }
  expect(await warm([task({ cache, keys: () => ['a'], load })])).toMatchObject({ loaded: 0, failed: 1 })
  expect(await cache.getOrLoad('a', () => 'unused')).toBe('old')
})

test('only the first failures are kept, but all are counted', async () => {
  const keys = Array.from({ length: 500 }, (_, index) => `key ${index}`)
  const load = () => Promise.reject(new Error('down'))
  const { failed, failures } = await warm([task({ keys: () => keys, load })])
  expect([failed, failures.length]).toEqual([500, 10])
})

test('progress tells each key, with the total where it is known', async () => {
  const seen: WarmProgress[] = []
  const load = (key: string) => (key === 'b' ? Promise.reject(new Error('no')) : key)
  const cursor = task({
    name: 'cursor',
    async *keys() {
      yield* ['a', 'b']
    },
  })
  const listed = task({ name: 'set', keys: async () => new Set(['a']) })
  await warm([task({ load }), cursor, listed], { concurrency: 1, onProgress: (p) => seen.push(p) })
  expect(seen).toEqual([
    { name: 'ballots', done: 1, total: 3, failed: 0, skipped: 0 },
    { name: 'ballots', done: 2, total: 3, failed: 1, skipped: 0 },
    { name: 'ballots', done: 3, total: 3, failed: 1, skipped: 0 },
    { name: 'cursor', done: 1, failed: 0, skipped: 0 },
    { name: 'cursor', done: 2, failed: 0, skipped: 0 },
    { name: 'set', done: 1, total: 1, failed: 0, skipped: 0 },
  ])
})

test.for([1, 3, 8])('at most %d loads run at once, over all tasks', async (concurrency) => {
  let running = 0
  let most = 0
  const load = async (key: string) => {
    most = Math.max(most, ++running)
    await settled()
    running -= 1
    return key
  }
  const keys = Array.from({ length: 40 }, (_, index) => `key ${index}`)
  await warm([task({ load, keys: () => keys }), task({ load, keys: () => keys })], { concurrency })
  expect(most).toBe(concurrency)
})

test('keys are read as loads end, not ahead of them', async () => {
  let read = 0
  let ended = 0
  const load = async (key: string) => {
    await settled()
    ended += 1
    return key
  }
  function* keys() {
    for (; read < 100; read++) {
      expect(read - ended).toBeLessThanOrEqual(4)
      yield `key ${read}`
    }
  }
  expect(await warm([task({ load, keys })], { concurrency: 4 })).toMatchObject({ loaded: 100, failed: 0 })
})

test('an abort ends it at once: nothing more is read or reported, and the cursor is closed', async () => {
  const controller = new AbortController()
  const { promise: never } = Promise.withResolvers<string>()
  let closed = false
  const reports: WarmProgress[] = []
  async function* keys() {
    try {
      yield* ['a', 'b', 'c', 'd']
    } finally {
      closed = true
    }
  }
  const load = (key: string) => {
    if (key === 'b') controller.abort()
    return key === 'a' ? key : never
  }
  const result = await warm([task({ keys, load }), task({ name: 'next' })], {
    concurrency: 1,
    signal: controller.signal,
    onProgress: (progress) => reports.push(progress),
  })
  expect(result).toMatchObject({ loaded: 1, aborted: true })
  await expect.poll(() => closed).toBe(true)
  expect(reports.map(({ name, done }) => [name, done])).toEqual([['ballots', 1]])
})

test('what ends after the abort is neither reported nor counted', async () => {
  const controller = new AbortController()
  const slow = Promise.withResolvers<string>()
  const reports: WarmProgress[] = []
  const { cache } = open()
  const result = warm([task({ cache, load: () => slow.promise })], {
    signal: controller.signal,
    onProgress: (progress) => reports.push(progress),
  })
  await settled()
  controller.abort()
  expect(await result).toMatchObject({ loaded: 0, aborted: true })
  slow.resolve('late')
  await expect.poll(() => cache.peek('c')).toBe('late')
  await settled()
  expect(reports).toEqual([])
})

test('what was aborted before it began loads nothing', async () => {
  const load = () => expect.fail('it loaded')
  const result = await warm([task({ load })], { signal: AbortSignal.abort() })
  expect(result).toEqual({ loaded: 0, skipped: 0, failed: 0, failures: [], aborted: true })
})

test('no tasks and no keys are done at once', async () => {
  const nothing = { loaded: 0, skipped: 0, failed: 0, failures: [], aborted: false }
  expect(await warm([])).toEqual(nothing)
  expect(await warm([task({ keys: () => [] })], { signal: new AbortController().signal })).toEqual(nothing)
})

test('an error of the one who listens ends it', async () => {
  const load = (key: string) => key
  const onProgress = () => {
    throw new Error('the screen is gone')
  }
  await expect(warm([task({ load })], { onProgress })).rejects.toThrow('the screen is gone')
})

test.for([0, -1, 1.5, NaN, Infinity])('a concurrency of %d is refused', async (concurrency) => {
  await expect(warm([task()], { concurrency })).rejects.toMatchObject({
    code: 'HP_CACHE_CONCURRENCY_INVALID',
  })
})
