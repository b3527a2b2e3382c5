import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { serve, advance, isShared } from './serving.ts'

const routes = [route('GET /x', { fresh: '1m' })]
const etag = '"v1"'

test.each<[string, (response: ServerResponse) => ServerResponse]>([
  ['an object', (response) => response.writeHead(200, { 'X-Form': 'a', ETag: etag })],
  ['a reason and an object', (response) => response.writeHead(200, 'Fine', { 'X-Form': 'a', ETag: etag })],
  ['a flat list', (response) => response.writeHead(200, ['X-Form', 'a', 'ETag', etag])],
  [
    'a two-dimensional list',
    (response) =>
      response.writeHead(200, [
        ['X-Form', 'a'],
        ['ETag', etag],
      ] as never),
  ],
  [
    'a list with a name twice',
    (response) => response.writeHead(200, ['X-Form', 'a', 'x-form', 'b', 'ETag', etag]),
  ],
  [
    'headers over those set before',
    (response) =>
      response.setHeader('x-form', 'old').setHeader('x-kept', '1').writeHead(200, { 'X-Form': 'a', etag }),
  ],
  [
    'a list over those set before',
    (response) => response.setHeader('x-form', 'old').writeHead(200, ['X-Form', 'a', 'etag', etag]),
  ],
  ['an array as a value', (response) => response.writeHead(200, { 'X-Form': ['a', 'b'], ETag: etag })],
  ['undefined for a reason', (response) => response.writeHead(200, undefined, { 'X-Form': 'a', ETag: etag })],
])('keeps what writeHead is given as %s', async (_form, writeHead) => {
  await using bare = await serve((_request, response) => writeHead(response).end('body'), { enabled: false })
  await using app = await serve((_request, response) => writeHead(response).end('body'), { routes })
  const expected = await bare.get('/x')
  for (const answer of [await app.get('/x'), await app.get('/x')]) {
    expect(answer).toMatchObject({ status: 200, statusMessage: expected.statusMessage, body: 'body' })
    for (const name of ['x-form', 'x-kept', 'etag'])
      expect(answer.headers[name]).toEqual(expected.headers[name])
  }
  expect(app.cache.stats()).toMatchObject({ hits: 1, misses: 1 })
})

test('refuses in writeHead what Node refuses', async () => {
  const errors: unknown[] = []
  await using app = await serve(
    (_request, response) => {
      for (const headers of [{ 'bad name': 'x' }, { a: 'b\r\nc' }, ['odd']]) {
        try {
          response.writeHead(200, headers as never)
        } catch (error) {
          errors.push((error as { code: string }).code)
        }
      }
      response.writeHead(200, { a: 'b' })
      try {
        response.writeHead(200, { a: 'b' })
      } catch (error) {
        errors.push((error as { code: string }).code)
      }
      response.end('done')
    },
    { routes },
  )
  expect((await app.get('/x')).body).toBe('done')
  expect(errors).toEqual([
    'ERR_INVALID_HTTP_TOKEN',
    'ERR_INVALID_CHAR',
    'ERR_HTTP_INVALID_HEADER_VALUE',
    'ERR_HTTP_HEADERS_SENT',
  ])
})

test('stores what was written in chunks of any kind, and copies buffers that are used again', async () => {
  await using app = await serve(
    (_request, response) => {
      const buffer = Buffer.from('aaa')
      response.write(buffer, () => buffer.fill('b'))
      response.write('YWFh', 'base64')
      response.write(new Uint8Array([99]), () => response.end('é', 'latin1'))
    },
    { routes },
  )
  const [first, second] = [await app.get('/x'), await app.get('/x')]
  expect(first.body).toMatch(/^aaaaaac/)
  expect(second.body).toBe(first.body)
  expect(second.headers['content-length']).toBe('8')
})

test('sends the head at once when the handler flushes it, and events as they come', async () => {
  const arrived = Promise.withResolvers<void>()
  await using app = await serve(
    (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders()
      void arrived.promise.then(() => response.end('later'))
    },
    { routes },
  )
  const { get } = await import('node:http')
  const request = get({ host: '127.0.0.1', port: app.port, path: '/x' })
  const [response] = (await once(request, 'response')) as [NodeJS.ReadableStream]
  arrived.resolve()
  const { text } = await import('node:stream/consumers')
  expect(await text(response)).toBe('later')
  expect((await app.get('/x')).body).toBe('later')
})

test('lets a body above maxEntryBytes pass through, announced or not', async () => {
  const big = 'x'.repeat(2_000)
  await using app = await serve(
    (request, response) => {
      if (request.url === '/x?length') response.setHeader('content-length', big.length)
      const parts =
        request.url === '/x?whole' ? [big] : [big.slice(0, 900), big.slice(900, 1_800), big.slice(1_800)]
      for (const part of parts.slice(0, -1)) response.write(part)
      response.end(parts.at(-1))
    },
    { routes, maxEntryBytes: 1_000 },
  )
  for (const path of ['/x?whole', '/x?length', '/x?stream']) {
    expect((await app.get(path)).body === big ? 'whole' : path).toBe('whole')
    expect((await app.get(path)).body === big ? 'whole' : path).toBe('whole')
  }
  expect(app.cache.stats()).toMatchObject({ entries: 0, hits: 0, notStored: 6 })
})

test('does not store a body shorter than it was announced', async () => {
  await using app = await serve(
    (request, response) => {
      response.setHeader('content-length', 100)
      response.end('short')
      request.socket.destroySoon()
    },
    { routes },
  )
  await app.get('/x').catch(() => {})
  expect(app.cache.stats()).toMatchObject({ entries: 0, notStored: 1 })
})

// What memory evicts, Redis still has.
test.skipIf(isShared())('stays within its bounds, evicting the least recently used', async () => {
  await using app = await serve((request, response) => response.end(request.url), {
    routes: [route('GET /x/:n', { fresh: '1m' })],
    maxEntries: 3,
  })
  for (const path of ['/x/1', '/x/2', '/x/3', '/x/1', '/x/4']) await app.get(path)
  expect(app.cache.stats()).toMatchObject({ entries: 3, evictions: 1 })
  expect((await app.get('/x/1')).headers['cache-status']).toContain('hit')
  expect((await app.get('/x/2')).headers['cache-status']).toContain('fwd=miss')
})

test('stores one response for each way to choose', async () => {
  let runs = 0
  await using app = await serve(
    (request, response) => {
      runs += 1
      response.setHeader('vary', 'accept-language')
      response.end(request.headers['accept-language'])
    },
    { routes },
  )
  for (const language of ['de', 'fr', 'de', 'fr']) {
    expect((await app.get('/x', { 'accept-language': language })).body).toBe(language)
  }
  expect(runs).toBe(2)
  expect((await app.get('/x', { 'accept-language': 'en' })).headers['cache-status']).toBe(
    'hotpath; fwd=vary-miss; stored',
  )
})

test('leaves to the handler what asks for something else than the whole response', async () => {
  let runs = 0
  await using app = await serve((_request, response) => response.end(String(++runs)), { routes })
  await app.get('/x')
  const others = [{ 'if-match': '"a"' }, { accept: 'text/event-stream' }]
  for (const headers of others) {
    expect((await app.get('/x', headers)).headers['cache-status']).toMatch(/^hotpath; fwd=bypass; detail=/)
  }
  expect((await app.ask('/x', { headers: { 'content-length': '1' }, body: 'a' })).body).toBe('4')
  expect((await app.get('/x')).body).toBe('1')
})

test('drops a URL only when a method that may change it succeeded', async () => {
  let runs = 0
  let status = 200
  await using app = await serve(
    (_request, response) => {
      response.statusCode = status
      response.end(String(++runs))
    },
    { routes },
  )
  await app.get('/x')
  await app.ask('/x', { method: 'OPTIONS' })
  status = 403
  await app.ask('/x', { method: 'DELETE' })
  expect((await app.get('/x')).body).toBe('1')
  status = 200
  await app.ask('/x', { method: 'PATCH' })
  expect((await app.get('/x')).body).toBe('5')
})

test('answers only-if-cached from the store or with 504, and keeps nothing for no-store', async () => {
  let runs = 0
  await using app = await serve((_request, response) => response.end(String(++runs)), { routes })
  const only = { 'cache-control': 'only-if-cached' }
  expect((await app.get('/x', only)).status).toBe(504)
  expect((await app.get('/x', { 'cache-control': 'no-store' })).body).toBe('1')
  expect(app.cache.stats().entries).toBe(0)
  expect((await app.get('/x')).body).toBe('2')
  expect((await app.get('/x', only)).body).toBe('2')
})

test('obeys a reload only where it is told to', async () => {
  let runs = 0
  const listener = (_request: unknown, response: ServerResponse) => response.end(String(++runs))
  const reload = { 'cache-control': 'max-age=0' }
  await using ignoring = await serve(listener, { routes })
  await ignoring.get('/x')
  expect((await ignoring.get('/x', reload)).body).toBe('1')
  await using obeying = await serve(listener, { routes, ignoreReload: false })
  await obeying.get('/x')
  expect(await obeying.get('/x', reload)).toMatchObject({
    body: '3',
    headers: { 'cache-status': 'hotpath; fwd=request; stored' },
  })
  expect((await obeying.get('/x')).body).toBe('3')
})

test('keeps headers of what stands in front out of the store', async () => {
  let requests = 0
  await using app = await serve(() => {}, {
    routes,
    build: async (cache) => {
      const { createServer } = await import('node:http')
      const wrapped = cache.wrap((_request, response) => {
        response.setHeader('x-inner', '1')
        response.end('body')
      })
      return createServer((request, response) => {
        response.setHeader('x-request-id', String(++requests))
        wrapped(request, response)
      })
    },
  })
  const [first, second] = [await app.get('/x'), await app.get('/x')]
  expect([first.headers['x-request-id'], second.headers['x-request-id']]).toEqual(['1', '2'])
  expect(second.headers).toMatchObject({ 'x-inner': '1', 'cache-status': expect.stringContaining('hit') })
})

test('does not store what a session middleware marks at the last moment, in a wrapped writeHead', async () => {
  await using app = await serve(
    (_request, response) => {
      const inner = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse
      response.writeHead = (...args: unknown[]) => {
        response.setHeader('set-cookie', 'session=1')
        return inner(...args)
      }
      response.end('yours')
    },
    { routes },
  )
  expect((await app.get('/x')).headers['set-cookie']).toEqual(['session=1'])
  expect(app.cache.stats()).toMatchObject({ entries: 0, notStored: 1 })
})

test('stores nothing where the tags of a route cannot be told', async () => {
  const broken = route('GET /broken/:id', {
    fresh: '1m',
    tags: () => {
      throw new Error('no tags')
    },
  })
  await using app = await serve((_request, response) => response.end('body'), { routes: [broken] })
  expect((await app.get('/broken/1')).body).toBe('body')
  expect(app.cache.stats().entries).toBe(0)
})

test('cannot be made to send a header by a tag', async () => {
  const tagged = route('GET /t/:id', { fresh: '1m', tags: ({ id }) => [id] })
  await using app = await serve((_request, response) => response.end('body'), { routes: [tagged] })
  const id = 'é"\\\r\nSet-Cookie: a=1\u{1F600}'
  for (const path of [`/t/${encodeURIComponent(id)}`, `/t/${encodeURIComponent(id)}`]) {
    const { headers, body } = await app.get(path)
    expect(body).toBe('body')
    expect(headers['set-cookie']).toBeUndefined()
  }
  expect(app.cache.stats().hits).toBe(1)
  await advance(app.tags, [id])
  await app.get(`/t/${encodeURIComponent(id)}`)
  expect(app.cache.stats().misses).toBe(2)
})
