import http from 'node:http'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { createVersions, createVersionUsage, type VersionOptions } from '@hotpath/http/api'
import { serve, stoppedClock } from '../serving.ts'

const cacheable = { 'cache-control': 'public, max-age=60' }
const old = {
  deprecated: '2026-01-01',
  sunset: '2026-07-01',
  successor: '/v2/books',
  info: 'https://example.org/v1',
}

async function shelf(options: VersionOptions) {
  const versions = createVersions({ ...options })
  const server = await serve(() => {}, {
    routes: options.routes ?? [],
    build: (cache) =>
      http.createServer(
        versions.front(
          cache.wrap(
            versions.headers((request, response) => {
              response.setHeader('Link', '</about>; rel="about"')
              response
                .writeHead(200, { ...cacheable, Vary: 'Accept-Language' })
                .end(`version ${versions.of(request)}`)
            }),
          ),
        ),
      ),
  })
  return { versions, server }
}

test('the version is that of the path, else of the header, else of Accept, else the default', async () => {
  const { server } = await shelf({
    versions: { '1': {}, '2': {}, '2024-10': {} },
    default: '2',
    path: '/api',
    accept: 'version',
  })
  await using _ = server
  const ask = async (path: string, headers = {}) => (await server.get(path, headers)).body
  expect(await ask('/api/v1/books', { 'api-version': '2' })).toBe('version 1')
  expect(await ask('/api/books', { 'api-version': '1', accept: 'a/b; version=2024-10' })).toBe('version 1')
  expect(await ask('/api/books', { accept: 'application/json;version="2024-10"' })).toBe('version 2024-10')
  expect(await ask('/api/books')).toBe('version 2')
  expect(await ask('/v1/books')).toBe('version 2')
  expect(await ask('/api/v1x/books')).toBe('version 2')
})

test('an answer that a header chose is stored for that choice alone', async () => {
  const { server } = await shelf({ versions: { '1': {}, '2': {} } })
  await using _ = server
  for (const version of ['1', '2', '1', '2']) {
    expect((await server.get('/books', { 'api-version': version })).body).toBe(`version ${version}`)
  }
  const { headers } = await server.get('/books', { 'api-version': '1' })
  expect([headers.vary, headers['cache-status']]).toEqual([
    'Accept-Language, Api-Version',
    expect.stringContaining('hit'),
  ])
  expect((await server.get('/v1/books')).headers.vary).toBe('Accept-Language')
  const unknown = await server.get('/books', { 'api-version': '9' })
  expect([unknown.status, unknown.body]).toEqual([400, expect.stringContaining('There are 1, 2.')])
})

test('a version that comes to its end says so, from the cache too, beside what the handler says', async () => {
  const { server } = await shelf({ versions: { '1': old, '2': {} } })
  await using _ = server
  for (let index = 0; index < 2; index++) {
    const { headers } = await server.get('/v1/books')
    expect(headers).toMatchObject({
      deprecation: '@1767225600',
      sunset: 'Wed, 01 Jul 2026 00:00:00 GMT',
      link: '</about>; rel="about", <https://example.org/v1>; rel="deprecation"; type="text/html", </v2/books>; rel="successor-version"',
    })
  }
  expect((await server.get('/v2/books')).headers).not.toHaveProperty('deprecation')
})

test('after the sunset it is gone, where that is wanted, even what was stored', async () => {
  const { clock, pass } = stoppedClock(Date.parse('2026-06-30T23:59:30Z'))
  const { server } = await shelf({ versions: { '1': old, '2': {} }, afterSunset: 'gone', clock })
  await using _ = server
  expect((await server.get('/v1/books')).status).toBe(200)
  pass(30_000)
  const gone = await server.get('/v1/books')
  expect([gone.status, gone.headers['content-type']]).toEqual([
    410,
    'application/problem+json; charset=utf-8',
  ])
  expect(gone.headers.link).toContain('successor-version')
  expect((await server.get('/v2/books')).status).toBe(200)
  await using kept = (await shelf({ versions: { '1': old }, clock })).server
  expect((await kept.get('/v1/books')).status).toBe(200)
})

test('a route says its end by itself, and whoever uses what ends is counted, cached or not, within bounds', async () => {
  const routes = [
    route('GET /books/:id', { fresh: '1m', endOfLife: { deprecated: '2026-01-01' } }),
    route('GET /new'),
  ]
  const { server, versions } = await shelf({ routes })
  await using _ = server
  const usage = createVersionUsage({ versions, maxUses: 2 })
  try {
    const ask = (path: string, agent: string) => server.get(path, { 'user-agent': agent })
    expect((await ask('/books/1', 'report/2.1 (nightly)')).headers.deprecation).toBe('@1767225600')
    await ask('/books/1', 'report/2.1')
    await ask('/books/2', 'curl/8')
    await ask('/books/2', 'third')
    await ask('/books/2', '(nobody)')
    expect((await ask('/new', 'curl/8')).headers).not.toHaveProperty('deprecation')
    const use = { version: null, route: 'GET /books/:id', isEnding: true }
    await expect
      .poll(() => usage.uses())
      .toEqual([
        { ...use, client: 'report/2.1', requests: 2 },
        { ...use, client: 'other', requests: 2 },
        { ...use, client: 'curl/8', requests: 1 },
      ])
  } finally {
    usage.close()
  }
})

test.each([
  [{ versions: { '1': { sunset: '2026-01-01' } } }, 'since when'],
  [{ versions: { '1': { deprecated: '2026-02-01', sunset: '2026-01-01' } } }, 'before it is deprecated'],
  [{ versions: { '1': { deprecated: 'soon' } } }, 'no date'],
  [{ versions: { '1': { deprecated: '2026-01-01', info: 'x>; rel="evil' } } }, 'no percent-encoded URL'],
  [{ versions: { 'a b': {} } }, 'no name'],
  [{ versions: { '1': {} }, default: '2' }, 'none of them'],
  [{ versions: { '1': {} }, header: 'a\r\nb' }, 'lower-case name'],
])('%o is refused', (options, problem) => {
  expect(() => createVersions(options)).toThrow(problem)
})
