import { once } from 'node:events'
import http, { type RequestListener } from 'node:http'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { published, said } from './published.ts'
import { type Serving, gate, isShared, serve } from './serving.ts'

const routes = [route('GET /x', { fresh: '1m' }), route('GET /me', { visibility: 'private' })]

/** What was counted, and what was published, of the same requests. */
async function accounts(app: Serving, expected: number, act: () => Promise<unknown>) {
  const messages = await published(expected, act)
  const { hits, staleHits, collapsed, misses, bypassed } = app.cache.stats()
  const of = (outcome: string) => messages.filter(({ cache }) => cache === outcome).length
  expect({ hits, staleHits, collapsed, misses, bypassed }).toEqual({
    hits: of('hit'),
    staleHits: of('stale'),
    collapsed: of('collapsed'),
    misses: of('miss'),
    bypassed: of('bypass'),
  })
  return messages.map(said)
}

/** Asks, waits until the server has the request, and goes away. */
async function askAndLeave(app: Serving, path: string): Promise<void> {
  const arrived = app.arrived()
  const request = http.get({ host: '127.0.0.1', port: app.port, path, agent: false })
  const failed = once(request, 'error').catch((error: unknown) => error)
  await expect.poll(app.arrived).toBe(arrived + 1)
  request.destroy()
  await failed
}

test('every request is counted and published once, and as the same', async () => {
  const listener: RequestListener = (request, response) => {
    if (request.url === '/own') response.writeHead(200, { 'cache-control': 'public, max-age=60' })
    if (request.url === '/cookie') response.setHeader('set-cookie', 'a=1')
    if (request.url === '/big') {
      response.writeHead(200, { 'cache-control': 'public, max-age=60' })
      response.write('a'.repeat(600))
      response.write('a'.repeat(600))
    }
    response.end('body')
  }
  await using app = await serve(listener, { routes, maxEntryBytes: 1_000 })
  const only = { 'cache-control': 'only-if-cached' }
  const messages = await accounts(app, 13, async () => {
    for (const path of ['/x', '/x', '/own', '/own', '/cookie', '/cookie', '/big', '/me', '/none']) {
      await app.get(path)
    }
    await app.get('/x?other', only)
    await app.get('/me', only)
    await app.ask('/x', { method: 'POST' })
    await app.ask('/x', { method: 'HEAD' })
  })
  expect(messages).toEqual([
    'GET | GET /x | 200 | 4 | miss',
    'GET | GET /x | 200 | 4 | hit',
    'GET | other | 200 | 4 | miss',
    'GET | other | 200 | 4 | hit',
    'GET | other | 200 | 4 | bypass',
    'GET | other | 200 | 4 | bypass',
    'GET | other | 200 | 1204 | bypass',
    'GET | GET /me | 200 | 4 | bypass',
    'GET | other | 200 | 4 | bypass',
    'GET | GET /x | 412 | 0 | miss', // The client itself saw 504.
    'GET | GET /me | 200 | 4 | bypass',
    'POST | other | 200 | 4 | bypass',
    'HEAD | GET /x | 200 | 0 | miss',
  ])
})

test('a client that leaves before any answer is counted once, with status 499', async () => {
  const { opened, open } = gate()
  await using app = await serve((_request, response) => void opened.then(() => response.end('body')), {
    routes,
  })
  const messages = await accounts(app, 4, async () => {
    const leader = app.get('/x')
    await expect.poll(app.arrived).toBe(1)
    await askAndLeave(app, '/x') // A follower.
    await askAndLeave(app, '/x?alone')
    await askAndLeave(app, '/me')
    open()
    await leader
  })
  expect(messages.sort()).toEqual([
    'GET | GET /me | 499 | 0 | bypass',
    'GET | GET /x | 200 | 4 | miss',
    'GET | GET /x | 499 | 0 | miss',
    'GET | GET /x | 499 | 0 | miss',
  ])
})

// There they find it by asking Redis together.
test.skipIf(isShared())('a hit found after a wait in vain is counted once', async () => {
  const { opened, open } = gate()
  let runs = 0
  await using app = await serve(
    (_request, response) => {
      runs += 1
      if (runs === 1) void opened.then(() => response.writeHead(500).end())
      else response.end('body')
    },
    { routes, hitForMiss: 0 },
  )
  const messages = await accounts(app, 4, async () => {
    const answers = Array.from({ length: 4 }, () => app.get('/x'))
    await expect.poll(app.arrived).toBe(4)
    open()
    await Promise.all(answers)
  })
  expect(messages.sort()).toEqual([
    'GET | GET /x | 200 | 4 | hit',
    'GET | GET /x | 200 | 4 | hit',
    'GET | GET /x | 200 | 4 | miss',
    'GET | GET /x | 500 | 0 | miss',
  ])
})

test('says stored only of what is', async () => {
  const part = gate()
  let hasBegun = false
  await using app = await serve(
    (request, response) => {
      if (request.url === '/x?whole') return void response.end('a'.repeat(90))
      hasBegun = response.write('a'.repeat(20))
      void part.opened.then(() => response.end())
      return undefined
    },
    { routes, maxBytes: 100, maxEntryBytes: 100 },
  )
  const slow = app.get('/x?slow')
  await expect.poll(() => hasBegun).toBe(true)
  expect((await app.get('/x?whole')).headers['cache-status']).toBe('hotpath; fwd=miss; detail=too-large')
  part.open()
  await slow
  expect((await app.get('/x?whole')).headers['cache-status']).toBe('hotpath; fwd=miss; stored')
})

test('adds a single close listener to a response', async () => {
  const counts: number[] = []
  const listener: RequestListener = (_request, response) => {
    counts.push(response.listenerCount('close'))
    response.end()
  }
  await using bare = await serve(listener, { build: () => http.createServer(listener) })
  await using app = await serve(listener, { routes })
  await bare.get('/x')
  await published(1, () => app.get('/x'))
  expect(counts[1]! - counts[0]!).toBe(1)
})
