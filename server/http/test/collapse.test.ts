import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import http, { type ServerResponse } from 'node:http'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { gate, serve } from './serving.ts'

const cacheable = { 'cache-control': 'public, max-age=60' }

/** A handler whose responses are held until they are let go, one by one. */
function held() {
  const waiting: ServerResponse[] = []
  const arrivals: ((response: ServerResponse) => void)[] = []
  return {
    waiting,
    listener(_request: unknown, response: ServerResponse) {
      waiting.push(response)
      arrivals.shift()?.(response)
    },
    /** The next response the handler is asked for. */
    next: () => new Promise<ServerResponse>((resolve) => arrivals.push(resolve)),
  }
}

test('runs one handler for 1,000 cold requests of one URL', async () => {
  let runs = 0
  const { opened, open } = gate()
  await using app = await serve((_request, response) => {
    runs += 1
    void opened.then(() => response.writeHead(200, cacheable).end('shared'))
  })
  const agent = new http.Agent({ maxSockets: 1_000 })
  const answers = Array.from({ length: 1_000 }, () => app.ask('/one', { agent } as object))
  await expect.poll(app.arrived, { timeout: 20_000 }).toBe(1_000)
  open()
  const bodies = (await Promise.all(answers)).map(({ body }) => body)
  agent.destroy()
  expect(bodies).toHaveLength(1_000)
  expect(new Set(bodies)).toEqual(new Set(['shared']))
  expect(runs).toBe(1)
  expect(app.cache.stats()).toMatchObject({ misses: 1, collapsed: 999, hits: 0 })
})

test('lets followers run their own handlers when the answer may not be stored, and nobody waits afterwards', async () => {
  const handler = held()
  await using app = await serve(handler.listener)
  const first = handler.next()
  const answers = Array.from({ length: 4 }, () => app.get('/mine'))
  const leader = await first
  // No freshness, so it is the leader's alone: the others are sent on as soon as its head is out.
  leader.write('leader')
  await expect.poll(() => handler.waiting.length).toBe(4)
  for (const [index, response] of handler.waiting.slice(1).entries()) response.end(`follower ${index}`)
  leader.end()
  const bodies = (await Promise.all(answers)).map(({ body }) => body).sort()
  expect(bodies).toEqual(['follower 0', 'follower 1', 'follower 2', 'leader'])

  const more = [app.get('/mine'), app.get('/mine')]
  await expect.poll(() => handler.waiting.length).toBe(6)
  for (const response of handler.waiting.slice(4)) response.end('alone')
  expect((await Promise.all(more)).map(({ body }) => body)).toEqual(['alone', 'alone'])
})

test('collapses again once a response under the key could be stored', async () => {
  const handler = held()
  await using app = await serve(handler.listener)
  const answer = async (headers: Record<string, string>, body: string) => {
    const next = handler.next()
    const asked = app.get('/later')
    ;(await next).writeHead(200, headers).end(body)
    return (await asked).body
  }
  expect(await answer({}, 'not stored')).toBe('not stored')
  expect(await answer(cacheable, 'stored')).toBe('stored')
  expect((await app.get('/later')).body).toBe('stored')
  await app.cache.purge('*')
  const next = handler.next()
  const both = [app.get('/later'), app.get('/later')]
  const response = await next
  response.writeHead(200, cacheable).end('shared')
  expect((await Promise.all(both)).map(({ body }) => body)).toEqual(['shared', 'shared'])
  expect(handler.waiting).toHaveLength(3)
})

test('answers those who waited when the client that came first goes away', async () => {
  const handler = held()
  await using app = await serve(handler.listener)
  const first = handler.next()
  const leaderRequest = http.get({ host: '127.0.0.1', port: app.port, path: '/x' })
  leaderRequest.once('error', () => {})
  const leader = await first
  const follower = app.get('/x')
  await expect.poll(app.arrived).toBe(2)
  const closed = once(leader, 'close')
  leaderRequest.destroy()
  await closed
  leader.writeHead(200, cacheable).end('whole')
  expect((await follower).body).toBe('whole')
  expect(handler.waiting).toHaveLength(1)
})

test('elects another when the first goes away in the middle of its stream', async () => {
  const handler = held()
  await using app = await serve(handler.listener)
  const first = handler.next()
  const leaderRequest = http.get({ host: '127.0.0.1', port: app.port, path: '/x' })
  leaderRequest.once('error', () => {})
  const leader = await first
  leader.writeHead(200, cacheable)
  leader.write('half')
  const [received] = await once(leaderRequest, 'response')
  const second = handler.next()
  const follower = app.get('/x')
  await expect.poll(app.arrived).toBe(2)
  ;(received as http.IncomingMessage).once('error', () => {})
  leaderRequest.destroy()
  ;(await second).writeHead(200, cacheable).end('whole')
  expect((await follower).body).toBe('whole')
  expect((await app.get('/x')).body).toBe('whole')
})

test('does not wait for a handler that never answers its lost client', async () => {
  const handler = held()
  await using app = await serve(handler.listener, { collapseTimeout: '1h' })
  const first = handler.next()
  const leaderRequest = http.get({ host: '127.0.0.1', port: app.port, path: '/x' })
  leaderRequest.once('error', () => {})
  await first
  const second = handler.next()
  const follower = app.get('/x')
  await expect.poll(app.arrived).toBe(2)
  leaderRequest.destroy()
  ;(await second).writeHead(200, cacheable).end('second')
  expect((await follower).body).toBe('second')
})

test('gives each way to choose a handler of its own', async () => {
  const runs: string[] = []
  const { opened, open } = gate()
  await using app = await serve((request, response) => {
    const language = String(request.headers['accept-language'])
    runs.push(language)
    void opened.then(() => {
      response.writeHead(200, { ...cacheable, vary: 'accept-language' }).end(language)
    })
  })
  const asked = Array.from({ length: 30 }, (_, index) => ['de', 'fr', 'en'][index % 3]!)
  const answers = asked.map((language) => app.get('/x', { 'accept-language': language }))
  await expect.poll(() => runs.length).toBe(1)
  open()
  expect((await Promise.all(answers)).map(({ body }) => body)).toEqual(asked)
  expect([...runs].sort()).toEqual(['de', 'en', 'fr'])
})

test('runs the handler of one who waited in its own AsyncLocalStorage, never in that of the other', async () => {
  const context = new AsyncLocalStorage<string>()
  const { opened, open } = gate()
  let arrived = 0
  await using app = await serve(() => {}, {
    build(cache) {
      const wrapped = cache.wrap((_request, response) => {
        const visitor = context.getStore()
        void opened.then(() => response.end(visitor))
      })
      return http.createServer((request, response) => {
        context.run(String(request.headers['x-visitor']), wrapped, request, response)
        arrived += 1
      })
    },
  })
  const answers = ['ann', 'bob'].map((visitor) => app.get('/x', { 'x-visitor': visitor }))
  await expect.poll(() => arrived).toBe(2)
  open()
  expect((await Promise.all(answers)).map(({ body }) => body)).toEqual(['ann', 'bob'])
})

test.each([
  ['/open', 1],
  ['/closed', 2],
])('lets a request with credentials wait only on a route declared for everybody: %s', async (path, runs) => {
  const handler = held()
  await using app = await serve(handler.listener, { routes: [route('GET /open', { fresh: '1m' })] })
  const first = handler.next()
  const answers = [app.get(path)]
  await first
  answers.push(app.get(path, { authorization: 'Bearer a' }))
  await expect.poll(app.arrived).toBe(2)
  expect(handler.waiting).toHaveLength(runs)
  for (const response of handler.waiting) response.end(path)
  expect((await Promise.all(answers)).map(({ body }) => body)).toEqual([path, path])
})
