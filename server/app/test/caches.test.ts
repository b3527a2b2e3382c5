import { randomUUID } from 'node:crypto'
import { type LocalRedis, startRedis } from '@hotpath/cache/local'
import type { WarmStep } from '@hotpath/core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type Caches, openCaches } from '../src/caches.ts'

let redis: LocalRedis
const opened: Caches[] = []

beforeAll(async () => {
  redis = await startRedis()
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((caches) => caches.close()))
})
afterAll(() => redis.stop())

async function open(options: Partial<Parameters<typeof openCaches>[0]> = {}): Promise<Caches> {
  const worker = { pid: process.pid, number: null }
  const given = { name: randomUUID(), routes: [], redisUrl: null, enabled: true, worker, ...options }
  const caches = await openCaches(given)
  opened.push(caches)
  return caches
}

const namespaceState = async (caches: Caches, key: string) => (await caches.controls.explain(key, undefined))!

test('a purge in one process drops objects of all namespaces in the other', async () => {
  const name = randomUUID()
  const [here, there] = [await open({ name, redisUrl: redis.url }), await open({ name, redisUrl: redis.url })]
  const more = there.open({ namespace: 'more' })
  await there.objects.set('a:1', 'old')
  await more.set('a:1', 'old')
  await more.set('b:1', 'kept')
  here.open({ namespace: 'more' })
  expect(await here.controls.purge({ pattern: 'a:*' })).toEqual({ acknowledged: true })
  await expect.poll(() => there.objects.get('a:1')).toBeUndefined()
  await expect.poll(() => more.get('a:1')).toBeUndefined()
  expect(await more.get('b:1')).toBe('kept')
})

test('health tells of Redis, and of nothing where none is used', async () => {
  const own = await startRedis()
  const caches = await open({ redisUrl: own.url })
  expect(await caches.health()).toEqual({ redis: 'ok' })
  await own.kill()
  await expect.poll(async () => (await caches.health())['redis']).toMatch(/^down: .*redis/i)
  expect(await caches.controls.purge({ tags: ['x'] })).toEqual({ acknowledged: false })
  await own.stop()
  expect(await (await open()).health()).toEqual({})
  expect(await (await open({ redisUrl: own.url, enabled: false })).health()).toEqual({})
})

test('a password in REDIS_URL is in no message', async () => {
  const locked = await startRedis({ password: 'another' })
  const caches = await open({ redisUrl: `redis://:hunter2@127.0.0.1:${locked.port}` })
  await expect.poll(async () => (await caches.health())['redis']).toMatch(/^down: /)
  expect((await caches.health())['redis']).not.toContain('hunter2')
  await locked.stop()
})

test('each namespace has its figures and explanations; no two caches share one', async () => {
  const caches = await open({ name: 'shop' })
  const orders = caches.open({ namespace: 'orders' })
  await orders.getOrLoad('order:1', () => 'value')
  expect(caches.stats().objects.map(({ namespace, loads }) => [namespace, loads])).toEqual([
    ['shop', 0],
    ['orders', 1],
  ])
  expect(await caches.controls.explain('order:1', 'orders')).toMatchObject({ memory: { state: 'fresh' } })
  expect(await namespaceState(caches, 'order:1')).toMatchObject({ namespace: 'shop', memory: null })
  expect(caches.controls.explain('order:1', 'elsewhere')).toBeUndefined()
  expect(() => caches.open({ namespace: 'orders' })).toThrow(
    expect.objectContaining({ code: 'HP_NAMESPACE_TAKEN' }),
  )
})

test('warming tells its steps, and what failed', async () => {
  const caches = await open()
  const load = (key: string) => {
    if (key === 'c') throw new Error('no c today')
    return key
  }
  const task = { cache: caches.objects, keys: () => ['a', 'b', 'c'], load }
  caches.declareWarm([{ ...task, name: 'letters' }])
  await caches.objects.set('a', 'a')
  const steps: WarmStep[] = []
  const outcome = await caches.controls.warm(
    { concurrency: 1 },
    { signal: new AbortController().signal, onProgress: (step) => steps.push(step) },
  )
  expect(outcome).toEqual({
    tasks: [{ name: 'letters', done: 3, total: 3, failed: 1, skipped: 1 }],
    errors: ['letters c: no c today'],
    aborted: false,
  })
  expect(steps.map(({ done }) => done)).toEqual([1, 2, 3])
  expect(caches.controls.tasks()).toEqual(['letters'])
})
