import { once } from 'node:events'
import http from 'node:http'
import { createTagSpace } from '@hotpath/cache'
import { route } from '@hotpath/core'
import { createHttpCache } from '@hotpath/http'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { published, said } from './published.ts'
import { type ServingOptions, gate, serve } from './serving.ts'

const routes = [route('GET /item/:id', { fresh: '1m' })]

test('publishes each finished request with its route, status, body bytes and outcome', async () => {
  const { opened, open } = gate()
  await using app = await serve(
    (request, response) => {
      if (request.url === '/item/slow') void opened.then(() => response.end('slow'))
      else if (request.url?.startsWith('/error')) response.writeHead(500).end('é')
      else response.end('12345')
    },
    { routes },
  )
  const messages = await published(10, async () => {
    const { headers } = await app.get('/item/1')
    await app.get('/item/1')
    await app.get('/item/1', { 'if-none-match': headers.etag! })
    await app.ask('/item/1', { method: 'HEAD' })
    await app.ask('/item/2', { method: 'HEAD' })
    await app.get('/error?secret=1')
    await app.ask('/item/1', { method: 'POST' })
    await app.get('/item/1', { range: 'bytes=0-0' })
    const slow = [app.get('/item/slow'), app.get('/item/slow')]
    await expect.poll(app.arrived).toBe(10)
    open()
    await Promise.all(slow)
  })
  expect(messages.map(said).slice(0, 8)).toEqual([
    'GET | GET /item/:id | 200 | 5 | miss',
    'GET | GET /item/:id | 200 | 5 | hit',
    'GET | GET /item/:id | 304 | 0 | hit',
    'HEAD | GET /item/:id | 200 | 0 | hit',
    'HEAD | GET /item/:id | 200 | 0 | miss',
    'GET | other | 500 | 2 | bypass',
    'POST | other | 200 | 5 | bypass',
    'GET | GET /item/:id | 200 | 5 | bypass',
  ])
  expect(messages.map(said).slice(8).sort()).toEqual([
    'GET | GET /item/:id | 200 | 4 | collapsed',
    'GET | GET /item/:id | 200 | 4 | miss',
  ])
  for (const { durationMs } of messages) expect(durationMs).toBeGreaterThan(0)
})

test('does nothing but publish when it is disabled', async () => {
  let runs = 0
  await using app = await serve(
    (request, response) => {
      runs += 1
      if (request.method !== 'HEAD') response.write('12')
      response.end('345')
    },
    { routes, enabled: false },
  )
  const messages = await published(3, async () => {
    for (const answer of [await app.get('/item/1'), await app.get('/item/1')]) {
      expect(Object.keys(answer.headers).sort()).toEqual([
        'connection',
        'date',
        'keep-alive',
        'transfer-encoding',
      ])
    }
    await app.ask('/item/1', { method: 'HEAD' })
  })
  expect(runs).toBe(3)
  expect(messages.map(said)).toEqual([
    'GET | GET /item/:id | 200 | 5 | off',
    'GET | GET /item/:id | 200 | 5 | off',
    'HEAD | GET /item/:id | 200 | 0 | off',
  ])
  expect(app.cache.stats()).toMatchObject({ entries: 0, hits: 0, misses: 0, bypassed: 0 })
})

test('takes over listeners that were there and those that come later', async () => {
  const options: ServingOptions = {
    routes,
    build(cache) {
      const server = http.createServer()
      server.once('request', (_request, response) => response.end('first listener'))
      cache.attach(server)
      cache.attach(server)
      return server
    },
  }
  await using app = await serve(() => {}, options)
  expect((await app.get('/item/1')).body).toBe('first listener')
  expect((await app.get('/item/1')).headers['cache-status']).toContain('hit')
  app.server.on('request', (_request, response) => response.end('later listener'))
  expect((await app.get('/item/1')).body).toBe('first listener')
  expect((await app.get('/item/2')).body).toBe('later listener')
  expect(app.cache.stats()).toMatchObject({ hits: 2, misses: 2, bypassed: 0 })
})

test('leaves upgrades alone', async () => {
  await using app = await serve(() => {}, {
    build(cache) {
      const server = http.createServer((_request, response) => response.end())
      server.on('upgrade', (_request, socket) => {
        socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n')
      })
      cache.attach(server)
      return server
    },
  })
  const headers = { connection: 'upgrade', upgrade: 'x' }
  const request = http.get({ host: '127.0.0.1', port: app.port, headers })
  const [response, socket] = (await once(request, 'upgrade')) as [http.IncomingMessage, NodeJS.WritableStream]
  socket.end()
  expect(response.statusCode).toBe(101)
})

test('keeps pipelined answers in order, hits behind a slow miss', async () => {
  const { opened, open } = gate()
  await using app = await serve(
    (request, response) => {
      if (request.url === '/slow') void opened.then(() => response.end('slow'))
      else response.end('quick')
    },
    { routes },
  )
  await app.get('/item/1')
  const { connect } = await import('node:net')
  const socket = connect(app.port, '127.0.0.1')
  const line = (path: string) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\n\r\n`
  let received = ''
  socket.setEncoding('latin1').on('data', (text: string) => (received += text))
  socket.write(line('/slow') + line('/item/1') + line('/item/1'))
  await expect.poll(app.arrived).toBe(4)
  expect(received).toBe('')
  open()
  await expect.poll(() => received.match(/quick/g)?.length).toBe(2)
  expect(received.indexOf('slow')).toBeLessThan(received.indexOf('quick'))
  socket.destroy()
})

test('makes the server Fastify would have made', async () => {
  const cache = createHttpCache({ tags: createTagSpace(), routes })
  const app = Fastify({ serverFactory: cache.serverFactory, keepAliveTimeout: 1_234, requestTimeout: 5_678 })
  expect(app.server).toMatchObject({ keepAliveTimeout: 1_234, requestTimeout: 5_678 })
  await app.close()
})

test('invalidates by tags itself, and refuses what are none', async () => {
  let runs = 0
  const tagged = [route('GET /item/:id', { fresh: '1m', tags: ({ id }) => [`item:${id}`] })]
  await using app = await serve((_request, response) => response.end(String((runs += 1))), { routes: tagged })
  for (const path of ['/item/1', '/item/2']) await app.get(path)
  expect(await app.cache.invalidate({ tags: ['item:1'] })).toEqual({ acknowledged: true })
  expect((await app.get('/item/1')).body).toBe('3')
  expect((await app.get('/item/2')).body).toBe('2')
  for (const tags of ['item:1', [''], [1], undefined]) {
    const refused = app.cache.invalidate({ tags: tags as string[] })
    await expect(refused).rejects.toMatchObject({ code: 'HP_HTTP_TAGS_INVALID' })
  }
})

test('refuses bounds that cannot hold', () => {
  const make = (options: object) => () => createHttpCache({ tags: createTagSpace(), routes, ...options })
  for (const options of [{ maxEntryBytes: 0 }, { maxEntryBytes: '2MB', maxBytes: '1MB' }]) {
    expect(make(options)).toThrow(expect.objectContaining({ code: 'HP_HTTP_ENTRY_BOUND_INVALID' }))
  }
  expect(make({ maxEntries: 0 })).toThrow(expect.objectContaining({ code: 'HP_CACHE_BOUND_INVALID' }))
  expect(make({ maxBytes: '1kB' })).not.toThrow()
})
