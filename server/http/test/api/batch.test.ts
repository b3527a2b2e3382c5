import http from 'node:http'
import express from 'express'
import { expect, test } from 'vitest'
import { batch, type BatchOptions } from '@hotpath/http/api'
import { serve, type Serving } from '../serving.ts'

interface Result {
  id?: string
  status: number
  headers: Record<string, string>
  body: any
  encoding?: string
}

/** A small bookshop: one list that is cached, and orders. */
async function shop(options: BatchOptions = {}) {
  const seen = {
    lists: 0,
    atOnce: 0,
    mostAtOnce: 0,
    log: [] as string[],
    requests: [] as http.IncomingHttpHeaders[],
  }
  const app = express().use(express.json())
  let stock = 5
  app.get('/books', (_, response) => {
    seen.lists += 1
    response.set('cache-control', 'public, max-age=60').json({ stock })
  })
  app.get('/stock', (request, response) => {
    seen.requests.push(request.headers)
    seen.atOnce += 1
    seen.mostAtOnce = Math.max(seen.mostAtOnce, seen.atOnce)
    setImmediate(() => {
      seen.atOnce -= 1
      seen.log.push(`read ${stock}`)
      response.json({ stock })
    })
  })
  app.post('/orders', (request, response) => {
    seen.log.push(`order ${request.body.count}`)
    stock -= request.body.count
    response.cookie('order', 'secret', { httpOnly: true }).status(201).location('/orders/1').json({ stock })
  })
  app.get('/hang', () => {})
  app.get('/large', (_, response) => void response.send('x'.repeat(3_000)))
  app.get('/bytes', (_, response) => void response.type('application/pdf').send(Buffer.from([0, 255])))
  app.get('/broken', () => {
    throw new Error('a bug')
  })
  const server = await serve(() => {}, {
    build: (cache) => http.createServer(batch(options)(cache.wrap(app))),
  })
  return { seen, server, send: (operations: unknown, headers = {}) => send(server, operations, headers) }
}

async function send(server: Serving, operations: unknown, headers: Record<string, string>) {
  const {
    status,
    headers: answered,
    body,
  } = await server.ask('/batch', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ operations }),
  })
  return { status, headers: answered, results: (JSON.parse(body).results ?? []) as Result[], body }
}

test('each operation has its own result, in order, and one that fails takes no other with it', async () => {
  const { server, send } = await shop()
  await using _ = server
  const { status, headers, results } = await send([
    { id: 'list', path: '/books' },
    { path: '/nowhere' },
    { id: 'bug', path: '/broken' },
    { id: 'order', method: 'POST', path: '/orders', body: { count: 2 } },
    { id: 'after', path: '/stock' },
    { path: '/bytes' },
    { path: '/batch', method: 'POST', body: { operations: [] } },
    { path: 'https://elsewhere.example/' },
    { path: '//elsewhere.example/' },
    { path: '/books', headers: { Authorization: 'Bearer stolen' } },
    'nonsense',
  ])
  expect([status, headers['cache-control']]).toEqual([200, 'no-store'])
  expect(results.map(({ id, status }) => [id, status])).toEqual([
    ['list', 200],
    [undefined, 404],
    ['bug', 500],
    ['order', 201],
    ['after', 200],
    [undefined, 200],
    [undefined, 400],
    [undefined, 400],
    [undefined, 400],
    [undefined, 400],
    [undefined, 400],
  ])
  expect(results[0]!.body).toEqual({ stock: 5 })
  expect(results[3]).toMatchObject({ headers: { location: '/orders/1' }, body: { stock: 3 } })
  expect(results[5]).toMatchObject({ encoding: 'base64', body: 'AP8=' })
  expect(results[6]!.body.detail).toContain('no batches')
  // The cookie is the browser's, not the script's.
  expect(JSON.stringify(results)).not.toContain('secret')
  expect(headers['set-cookie']).toEqual([expect.stringContaining('order=secret')])
})

test('reads run side by side up to the cap, writes alone, and a read sees the writes before it', async () => {
  const { server, send, seen } = await shop({ concurrency: 3 })
  await using _ = server
  const read = { path: '/stock' }
  await send([read, read, read, read, { method: 'POST', path: '/orders', body: { count: 1 } }, read, read])
  expect(seen.mostAtOnce).toBe(3)
  expect(seen.log).toEqual(['read 5', 'read 5', 'read 5', 'read 5', 'order 1', 'read 4', 'read 4'])
})

test('reads go through the cache, and carry who sent the batch', async () => {
  const { server, send, seen } = await shop()
  await using _ = server
  await server.get('/books')
  const { results } = await send(
    [{ path: '/books' }, { path: '/books' }, { path: '/stock', headers: { 'Accept-Language': 'de' } }],
    {
      authorization: 'Bearer mine',
      cookie: 'a=1',
      'accept-encoding': 'gzip',
      'x-request-id': '7',
      'if-none-match': '*',
    },
  )
  expect(results.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(seen.lists).toBe(1)
  expect(results[0]!.headers['cache-status']).toContain('hit')
  const [inner] = seen.requests
  expect(inner).toMatchObject({
    authorization: 'Bearer mine',
    cookie: 'a=1',
    'x-request-id': '7',
    'accept-language': 'de',
    host: `127.0.0.1:${server.port}`,
  })
  expect(inner).not.toHaveProperty('accept-encoding')
  expect(inner).not.toHaveProperty('if-none-match')
  expect(inner).not.toHaveProperty('content-type')
})

test('caps on number, bytes and time are kept', async () => {
  const { server, send } = await shop({
    maxOperations: 3,
    maxRequestBytes: 2_000,
    maxResponseBytes: 4_000,
    timeout: '200ms',
  })
  await using _ = server
  expect((await send([1, 2, 3, 4])).status).toBe(400)
  expect((await send([])).status).toBe(400)
  expect((await send('x'.repeat(3_000))).status).toBe(413)
  expect((await server.get('/batch')).status).toBe(405)
  expect((await server.ask('/batch', { method: 'POST', body: '{}' })).status).toBe(415)
  const large = await send([
    { path: '/large' },
    { method: 'POST', path: '/orders', body: { count: 0 } },
    { path: '/large' },
  ])
  expect(large.results.map(({ status }) => status)).toEqual([200, 201, 502])
  const late = await send([{ path: '/hang' }, { method: 'POST', path: '/orders', body: { count: 1 } }])
  expect(late.results.map(({ status }) => status)).toEqual([504, 504])
})
