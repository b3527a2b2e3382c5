import http, { type RequestListener } from 'node:http'
import { route } from '@hotpath/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fields } from '@hotpath/http/api'
import { advance, serve, stoppedClock } from '../serving.ts'
import { readFields, selectFields, withoutFields } from '../../src/api/field-selection.ts'

const routes = [
  route('GET /books/:id', { fresh: '1m', tags: ({ id }) => [`book:${id}`], fields: true }),
  route('GET /whole', { fresh: '1m' }),
]
const book =
  '{"id":12345678901234567890,"title":"T","price":1.10,"authors":[{"name":"A","born":1900},{"name":"B"}],"__proto__":{"admin":true}}'

async function library(answer: RequestListener) {
  const { clock, pass } = stoppedClock()
  const server = await serve(() => {}, {
    clock,
    routes,
    build: (cache) => {
      const cached: RequestListener = cache.wrap(
        fields({ routes, through: (request, response) => cached(request, response), maxBytes: 2_000 })(
          answer,
        ),
      )
      return http.createServer(cached)
    },
  })
  return { server, pass }
}

const json = { 'content-type': 'application/json' }

test('answers with what was asked for alone, one handler run for all selections, each a hit of its own', async () => {
  let runs = 0
  const { server, pass } = await library((request, response) => {
    runs += 1
    expect(request.url).toBe('/books/1?lang=de')
    response.writeHead(200, { ...json, etag: '"whole"', 'content-length': book.length }).end(book)
  })
  await using _ = server
  const names = await server.get('/books/1?lang=de&fields=authors.name,id')
  expect(names.body).toBe('{"authors":[{"name":"A"},{"name":"B"}],"id":12345678901234567890}')
  expect(names.headers.etag).not.toBe('"whole"')
  pass(20_000)
  expect((await server.get('/books/1?fields=price,nothing,title.x&lang=de')).body).toBe('{"price":1.10}')
  expect((await server.get('/books/1?lang=de&fields=__proto__,constructor')).body).toBe(
    '{"__proto__":{"admin":true}}',
  )
  expect((await server.get('/books/1?lang=de')).body).toBe(book)
  expect(runs).toBe(1)
  const again = await server.get('/books/1?fields=price,nothing,title.x&lang=de')
  expect(again.headers['cache-status']).toContain('hit')
  // Made of something 20 seconds old, it has 40 left, not 60.
  pass(39_000)
  expect(
    (await server.get('/books/1?fields=price,nothing,title.x&lang=de')).headers['cache-status'],
  ).toContain('hit')
  pass(1_000)
  await server.get('/books/1?fields=price,nothing,title.x&lang=de')
  expect(runs).toBe(2)
  await advance(server.tags, ['book:1'])
  await server.get('/books/1?lang=de&fields=authors.name,id')
  expect(runs).toBe(3)
})

test('other routes, errors, what is no JSON and what is too large are left as they are', async () => {
  const { server } = await library((request, response) => {
    if (request.url === '/books/2') response.writeHead(404, json).end('{"status":404,"detail":"none"}')
    else if (request.url === '/books/3') response.writeHead(200, { 'content-type': 'text/plain' }).end('text')
    else if (request.url === '/books/4') response.writeHead(200, json).end('{broken')
    else if (request.url?.startsWith('/books/5')) {
      response.writeHead(200, json).end(JSON.stringify({ id: 5, text: 'x'.repeat(3_000) }))
    } else if (request.url === '/books/6') response.destroy()
    else response.writeHead(200, json).end(request.url)
  })
  await using _ = server
  const ask = async (path: string) => {
    const { status, body } = await server.get(path)
    return [status, body.length > 100 ? body.length : body]
  }
  expect(await ask('/books/2?fields=id')).toEqual([404, '{"status":404,"detail":"none"}'])
  expect(await ask('/books/3?fields=id')).toEqual([200, 'text'])
  expect(await ask('/books/4?fields=id')).toEqual([200, '{broken'])
  expect(await ask('/books/5?fields=id')).toEqual([200, 3_018])
  expect((await server.get('/books/6?fields=id')).status).toBe(502)
  expect(await ask('/whole?fields=id')).toEqual([200, '/whole?fields=id'])
})

test.each([
  'fields=',
  'fields=a..b',
  'fields=a,,b',
  `fields=${'a.'.repeat(6)}a`,
  `fields=${'a,'.repeat(50)}a`,
  `fields=${'x'.repeat(65)}`,
])('%s is refused', async (query) => {
  const { server } = await library((_, response) => response.end())
  await using _ = server
  const { status, headers } = await server.get(`/books/1?${query}`)
  expect([status, headers['content-type']]).toEqual([400, 'application/problem+json; charset=utf-8'])
})

test('JSON:API: attributes and relationships by type', () => {
  const asked = readFields('fields[books]=title&fields%5Bpeople%5D=name')
  const document = {
    data: [{ type: 'books', id: '1', attributes: { title: 'T', price: 1 }, relationships: { author: {} } }],
    included: [
      { type: 'people', id: '2', attributes: { name: 'A', mail: 'a@example.org' } },
      { type: 'shops', id: '3', attributes: { city: 'X' } },
    ],
  }
  expect(JSON.parse(selectFields(JSON.stringify(document), asked as never))).toEqual({
    data: [{ type: 'books', id: '1', attributes: { title: 'T' }, relationships: {} }],
    included: [
      { type: 'people', id: '2', attributes: { name: 'A' } },
      { type: 'shops', id: '3', attributes: { city: 'X' } },
    ],
  })
  expect(withoutFields('/books?a=%20&fields[books]=x&fields%5Bpeople%5D=y&fieldset=z&fields=w')).toBe(
    '/books?a=%20&fieldset=z',
  )
})

test('whatever is asked of whatever, nothing comes out that was not there', () => {
  const names = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor', 'toString', 'length', '0')
  const path = fc.array(names, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'))
  const list = fc.array(path, { minLength: 1, maxLength: 6 }).map((paths) => paths.join(','))
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ maxDepth: 4 }, fc.integer(), fc.string(), fc.constant(null), tie('list'), tie('object')),
    list: fc.array(tie('any'), { maxLength: 3 }),
    object: fc.dictionary(names, tie('any'), { maxKeys: 4 }),
  })).any
  fc.assert(
    fc.property(value, list, (whole, asked) => {
      const text = JSON.stringify(whole)
      const part: unknown = JSON.parse(selectFields(text, readFields(`fields=${asked}`) as never))
      expect(isPartOf(part, JSON.parse(text))).toBe(true)
    }),
  )
})

function isPartOf(part: unknown, whole: unknown): boolean {
  if (Array.isArray(part) && Array.isArray(whole))
    return part.every((one, index) => isPartOf(one, whole[index]))
  if (typeof part !== 'object' || part === null) return Object.is(part, whole)
  const members = Object.entries(part)
  return members.every(
    ([name, one]) =>
      typeof whole === 'object' &&
      whole !== null &&
      Object.hasOwn(whole, name) &&
      isPartOf(one, (whole as Record<string, unknown>)[name]),
  )
}
