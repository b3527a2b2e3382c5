import { AsyncLocalStorage } from 'node:async_hooks'
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { type ServingOptions, gate, serve, stoppedClock, advance } from './serving.ts'

const routes = [route('GET /item', { fresh: '10s', stale: '60s', tags: () => ['item'] })]

/** An application at `/item`, stored and gone stale; `later` answers what comes after the first request. */
async function stale(
  later: (request: IncomingMessage, response: ServerResponse) => unknown,
  options: ServingOptions = {},
) {
  const time = stoppedClock()
  let runs = 0
  const app = await serve(
    (request, response) => {
      runs += 1
      if (runs === 1) response.end('first')
      else later(request, response)
    },
    { routes, clock: time.clock, ...options },
  )
  await app.get('/item')
  time.pass(15_000)
  return { app, time, runs: () => runs }
}

test('answers stale at once, and fetches anew once in the background', async () => {
  const { opened, open } = gate()
  const { app, runs } = await stale((_request, response) => void opened.then(() => response.end('second')))
  await using _ = app
  const answers = await Promise.all(Array.from({ length: 5 }, () => app.get('/item')))
  expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 5 }, () => 'first'))
  expect(answers[0]!.headers).toMatchObject({ 'cache-status': 'hotpath; hit; ttl=-5', age: '15' })
  await expect.poll(runs).toBe(2)
  open()
  await expect.poll(async () => (await app.get('/item')).body).toBe('second')
  expect(runs()).toBe(2)
  expect(app.cache.stats()).toMatchObject({ misses: 1 })
})

test('counts freshness anew from the refresh', async () => {
  const { app, time } = await stale((_request, response) => response.end('second'))
  await using _ = app
  await app.get('/item')
  await expect.poll(async () => (await app.get('/item')).body).toBe('second')
  const { headers } = await app.get('/item')
  expect(headers).toMatchObject({ age: '0', 'cache-status': 'hotpath; hit; ttl=10' })
  time.pass(9_000)
  expect((await app.get('/item')).headers['cache-status']).toBe('hotpath; hit; ttl=1')
})

test.each<[string, (request: IncomingMessage, response: ServerResponse) => unknown]>([
  ['answers 500', (_request, response) => response.writeHead(500).end('broken')],
  ['throws', () => expect.fail('broken')],
  ['rejects', () => Promise.reject(new Error('broken'))],
  ['breaks off', (_request, response) => response.destroy()],
  ['never answers', () => {}],
])('keeps the stale answer until its window ends when the refresh %s', async (_what, later) => {
  const time = stoppedClock()
  let runs = 0
  let healthy = false
  const listener = (request: IncomingMessage, response: ServerResponse): unknown => {
    runs += 1
    if (runs === 1 || healthy) return response.end(`run ${runs}`)
    return later(request, response)
  }
  await using app = await serve(listener, { routes, clock: time.clock, refreshTimeout: '20ms' })
  await app.get('/item')
  time.pass(15_000)
  expect((await app.get('/item')).body).toBe('run 1')
  await expect.poll(() => app.cache.stats().notStored).toBe(1)
  expect((await app.get('/item')).body).toBe('run 1')
  expect(runs).toBe(2)
  time.pass(5_000)
  expect((await app.get('/item')).body).toBe('run 1')
  await expect.poll(() => app.cache.stats().notStored).toBe(2)
  healthy = true
  time.pass(60_000)
  expect((await app.get('/item')).body).toBe('run 4')
})

test('drops the stale answer when the new one forbids storing', async () => {
  const { app } = await stale((_request, response) =>
    response.writeHead(200, { 'cache-control': 'private' }).end('yours'),
  )
  await using _ = app
  expect((await app.get('/item')).body).toBe('first')
  await expect.poll(() => app.cache.stats().entries).toBe(0)
  expect((await app.get('/item')).body).toBe('yours')
})

test('never serves stale what was invalidated', async () => {
  const { app } = await stale((_request, response) => response.end('second'))
  await using _ = app
  await advance(app.tags, ['item'])
  const { body, headers } = await app.get('/item')
  expect(body).toBe('second')
  expect(headers['cache-status']).toBe('hotpath; fwd=miss; stored')
})

test('does not store a refresh that an invalidation has overtaken', async () => {
  const { opened, open } = gate()
  const { app, runs } = await stale((_request, response) => {
    const body = `run ${runs()}`
    void (runs() === 2 ? opened : Promise.resolve()).then(() => response.end(body))
  })
  await using _ = app
  await app.get('/item')
  await expect.poll(runs).toBe(2)
  await advance(app.tags, ['item'])
  expect((await app.get('/item')).body).toBe('run 3')
  open()
  await expect.poll(() => app.cache.stats().notStored).toBe(1)
  expect((await app.get('/item')).body).toBe('run 3')
})

test("refreshes without the visitor's credentials, conditions and context", async () => {
  const time = stoppedClock()
  const context = new AsyncLocalStorage<string>()
  const runs: { headers: IncomingHttpHeaders; store: string | undefined }[] = []
  await using app = await serve(() => {}, {
    routes,
    clock: time.clock,
    build: (cache) => {
      const wrapped = cache.wrap(({ headers }, response) => {
        runs.push({ headers, store: context.getStore() })
        response.end(`run ${runs.length}`)
      })
      return http.createServer((request, response) => context.run('visitor', wrapped, request, response))
    },
  })
  await app.get('/item')
  time.pass(15_000)
  const credentials = { cookie: 'session=1', authorization: 'Bearer 1' }
  const conditions = { 'if-none-match': '"x"', 'cache-control': 'max-age=0' }
  await app.get('/item', { ...credentials, ...conditions, accept: 'text/plain' })
  await expect.poll(() => runs.length).toBe(2)
  expect(runs[0]!.store).toBe('visitor')
  expect(runs[1]).toEqual({
    headers: { host: `127.0.0.1:${app.port}`, accept: 'text/plain' },
    store: undefined,
  })
})
