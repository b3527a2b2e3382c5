import http from 'node:http'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { advance, type Serving, serve, stoppedClock } from '../serving.ts'

/** Makes a new answer for every request, so that one from a store would show. */
function making(head: Record<string, string> = {}): { listener: http.RequestListener; made: () => number } {
  let made = 0
  return {
    made: () => made,
    listener: (_, response) => {
      made += 1
      response.writeHead(200, head).end(`made ${String(made).padStart(4, '0')}`)
    },
  }
}

const items = route('GET /items/:id', { fresh: '1m', stale: '1m', tags: ({ id }) => [`item:${id}`] })
const counted = ({ cache }: Serving, name = items.pattern as string) =>
  cache.stats().shadow!.routes.find(({ route }) => route === name)

test('nothing is stored, served or added, and what would have been is counted', async () => {
  const { listener, made } = making()
  const { clock, pass } = stoppedClock()
  await using serving = await serve(listener, { mode: 'shadow', routes: [items], clock })
  const first = await serving.get('/items/1')
  expect(first.headers['cache-status']).toBeUndefined()
  expect(first.headers['cdn-cache-control']).toBeUndefined()
  expect(first.headers.etag).toBeUndefined()
  await serving.get('/items/1')
  pass(90_000)
  expect((await serving.get('/items/1')).body).toBe('made 0003')
  await serving.get('/items/1')
  expect(made()).toBe(4)
  await expect.poll(() => counted(serving)?.requests).toBe(4)
  expect(counted(serving)).toMatchObject({
    hits: 2,
    staleHits: 1,
    misses: 1,
    uncacheable: 0,
    bytes: 36,
    hitBytes: 27,
    reasons: {},
  })
  expect(serving.cache.stats()).toMatchObject({
    entries: 0,
    hits: 0,
    misses: 0,
    shadow: { entries: 1, bytes: 9 },
  })
})

test('what is invalidated, or changed by an unsafe method, would be a miss', async () => {
  const { listener } = making()
  await using serving = await serve(listener, { mode: 'shadow', routes: [items] })
  await serving.get('/items/1')
  await advance(serving.tags, ['item:1'])
  await serving.get('/items/1')
  await serving.ask('/items/1', { method: 'PUT' })
  await serving.get('/items/1')
  await serving.get('/items/1')
  await expect.poll(() => counted(serving)?.requests).toBe(4)
  expect(counted(serving)).toMatchObject({ misses: 3, hits: 1 })
})

test('why answers would not be stored is told', async () => {
  await using serving = await serve(making({ 'cache-control': 'max-age=60', 'set-cookie': 'a=1' }).listener, {
    mode: 'shadow',
  })
  await serving.get('/a')
  await serving.get('/a')
  await expect.poll(() => counted(serving, 'other')?.requests).toBe(2)
  expect(counted(serving, 'other')).toMatchObject({ uncacheable: 2, hits: 0, reasons: { 'set-cookie': 2 } })
})

test('requests with credentials and other Vary values would not get what was stored for others', async () => {
  await using serving = await serve(
    making({ 'cache-control': 'max-age=60', vary: 'Accept-Language' }).listener,
    { mode: 'shadow' },
  )
  await serving.get('/a', { 'accept-language': 'de' })
  await serving.get('/a', { 'accept-language': 'fr' })
  await serving.get('/a', { 'accept-language': 'de' })
  await serving.get('/a', { 'accept-language': 'de', cookie: 'id=1' })
  await serving.get('/a', { 'accept-language': 'de', authorization: 'Bearer x' })
  await expect.poll(() => counted(serving, 'other')?.requests).toBe(5)
  expect(counted(serving, 'other')).toMatchObject({
    misses: 2,
    hits: 1,
    uncacheable: 2,
    reasons: { cookie: 1, authorization: 1 },
  })
})

test('the bound of the store bounds what would be hit', async () => {
  const big = Buffer.alloc(40_000)
  const listener: http.RequestListener = (_, response) => {
    response.writeHead(200, { 'cache-control': 'max-age=60' }).end(big)
  }
  await using serving = await serve(listener, { mode: 'shadow', maxBytes: '100kB', maxEntryBytes: '50kB' })
  for (let index = 0; index < 20; index++) await serving.get(`/${index}`)
  await expect.poll(() => counted(serving, 'other')?.requests).toBe(20)
  expect(serving.cache.stats().shadow!.bytes).toBeLessThanOrEqual(100_000)
})

test('one route in shadow mode leaves the others cached, and takes part once it is switched on', async () => {
  const { listener } = making()
  const watched = route('GET /items/:id', { fresh: '1m', shadow: true })
  await using serving = await serve(listener, { routes: [watched, route('GET /others', { fresh: '1m' })] })
  await serving.get('/others')
  expect((await serving.get('/others')).headers['cache-status']).toMatch(/hit/)
  await serving.get('/items/1')
  expect((await serving.get('/items/1')).headers['cache-status']).toBeUndefined()
  await expect.poll(() => counted(serving)?.requests).toBe(2)
  await serving.cache.replaceRoutes([route('GET /items/:id', { fresh: '1m' })])
  await serving.get('/items/1')
  expect((await serving.get('/items/1')).headers['cache-status']).toMatch(/hit/)
  expect(serving.cache.stats().shadow).toBeNull()
})
