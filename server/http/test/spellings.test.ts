import http, { type Server, type ServerResponse } from 'node:http'
import { route } from '@hotpath/core'
import type { HttpCache } from '@hotpath/http'
import express from 'express'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { createRouteTable } from '../src/route-table.ts'
import { serve, advance } from './serving.ts'

const declared = [
  route('GET /item/:id', { tags: ({ id }) => [`item:${id}`] }),
  route('GET /me/:id', { visibility: 'private' }),
]
const own = { 'cache-control': 'public, max-age=60' }

/** The two frameworks at their most tolerant, with a handler that allows caching itself. */
const frameworks: [string, (cache: HttpCache, answer: () => string) => Promise<Server> | Server][] = [
  [
    'Express',
    (cache, answer) => {
      const app = express()
      app.get(['/item/:id', '/me/:id'], (_request, response) => void response.set(own).send(answer()))
      return http.createServer(cache.wrap(app))
    },
  ],
  [
    'Fastify',
    async (cache, answer) => {
      const tolerant = { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, caseSensitive: false }
      const app = Fastify({ serverFactory: cache.serverFactory, routerOptions: tolerant })
      for (const path of ['/item/:id', '/me/:id']) {
        app.get(path, (_request, reply) => reply.headers(own).send(answer()))
      }
      await app.listen({ port: 0, host: '127.0.0.1' })
      return app.server
    },
  ],
]

const spellings = ['', '#x', '/', '/#x', '?a#x', '//'].flatMap((end) => [
  `/item/1${end}`,
  `/Item/1${end}`,
  `/%69tem/1${end}`,
  `//item/1${end}`,
  `/item/%31${end}`,
])

test.each(frameworks)('behind %s no spelling of a URL outlives its tag', async (_name, build) => {
  let version = 1
  await using app = await serve(() => {}, {
    routes: declared,
    build: (cache) => build(cache, () => `version ${version}`),
  })
  for (const path of spellings) await app.get(path)
  version = 2
  await advance(app.tags, ['item:1'])
  for (const path of spellings) expect([path, (await app.get(path)).body]).not.toEqual([path, 'version 1'])
  expect((await app.get('/item/1')).headers['cache-status']).toContain('hit')
})

test.each(frameworks)('behind %s no spelling of a private URL is stored', async (_name, build) => {
  let visitor = ''
  await using app = await serve(() => {}, { routes: declared, build: (cache) => build(cache, () => visitor) })
  for (const path of spellings.map((spelling) => spelling.replace(/item|Item|%69tem/, 'ME'))) {
    visitor = 'ann'
    await app.get(path)
    visitor = 'bob'
    expect([path, (await app.get(path)).body]).not.toEqual([path, 'ann'])
  }
  expect(app.cache.stats().entries).toBe(0)
})

test('a spelling of another route has no tags that could be trusted, and exact ones keep theirs', async () => {
  const table = createRouteTable([
    ...declared,
    route('GET /item/Best', { fresh: '1m' }),
    route('GET /', { tags: () => ['home'] }),
    route('GET /:any/:path', { fresh: '1m' }),
    route('GET /plain', { fresh: '1m' }),
  ])
  const tags = (path: string) => table('GET', path).tags
  expect([tags('/item/1?A=B'), tags('/item/A%2Fb'), tags('/'), tags('/x/y'), tags('/none/of/these')]).toEqual(
    [['item:1'], ['item:A/b'], ['home'], [], []],
  )
  expect([tags('/item/Best'), tags('/item/best'), tags('/Plain')]).toEqual([[], ['item:best'], []])
  expect(['/ITEM/1', '/item/1/', '//', '/%49tem/1', '/item//1', '/Item/%'].map(tags)).toEqual(
    Array.from({ length: 6 }, () => null),
  )
})

test('says in Cache-Status why another spelling is not cached', async () => {
  await using app = await serve((_request, response: ServerResponse) => response.writeHead(200, own).end(), {
    routes: declared,
  })
  expect((await app.get('/ITEM/1')).headers['cache-status']).toBe('hotpath; fwd=bypass; detail=tags')
})
