import type { RequestListener } from 'node:http'
import { createRouteMatcher } from '@hotpath/core'
import { expressRoutes } from '@hotpath/http/express'
import { fastifyLayer } from '@hotpath/http/fastify'
import { honoRoutes } from '@hotpath/http/hono'
import { Get, nestRoutes, Post } from '@hotpath/http/nest'
import { nodeRoutes } from '@hotpath/http/node'
import { Controller, Module } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import express from 'express'
import Fastify from 'fastify'
import { Hono } from 'hono'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { serve } from './serving.ts'

const noLayer = { attach: () => {} }
const patterns = (routes: readonly { pattern: string }[]) => routes.map(({ pattern }) => pattern)

test('a declared path is where the router is mounted and what the route says', () => {
  const mounted = expressRoutes(express.Router(), { at: '/api/cities/:city' })
  mounted.get('/', {}, () => {})
  mounted.delete(
    '/ballots/:id',
    {
      tags: (params) => {
        expectTypeOf(params).toEqualTypeOf<{ city: string; id: string }>()
        return [params.id]
      },
    },
    ({ params }) => expectTypeOf(params).toEqualTypeOf<{ id: string }>(),
  )
  expect(patterns(mounted.routes)).toEqual(['GET /api/cities/:city', 'DELETE /api/cities/:city/ballots/:id'])
})

test.each(['/files/*rest', '/a{/:b}', '/:id.json', '/:id(\\d+)', '/:a-:b', '/a+', '/::a'])(
  'refuses the path %s, which frameworks read differently, before it declares anything',
  (path) => {
    const app = express()
    const routes = expressRoutes(app)
    const declare = () => routes.get(path as '/', { fresh: '1h' }, () => {})
    expect(declare).toThrow(expect.objectContaining({ code: 'HP_HTTP_ROUTE_PATH_UNSUPPORTED' }))
    expect(routes.routes).toEqual([])
    expect(app.router.stack).toEqual([])
  },
)

test('a router for node:http gives each handler its own parameters, and what is unknown to another listener', async () => {
  const routes = nodeRoutes()
  routes.get('/ballots/:id', {}, (_request, response, params) => {
    expectTypeOf(params).toEqualTypeOf<{ id: string }>()
    response.end(`ballot ${params.id}`)
  })
  routes.post('/ballots/:id', {}, (_request, response, { id }) => void response.end(`posted ${id}`))
  const otherwise: RequestListener = (_request, response) => response.writeHead(404).end('nothing')
  await using app = await serve(routes.listener(otherwise))
  expect((await app.get('/ballots/a%20b?page=2')).body).toBe('ballot a b')
  expect((await app.ask('/ballots/1', { method: 'POST' })).body).toBe('posted 1')
  expect((await app.ask('/ballots/1', { method: 'HEAD' })).status).toBe(200)
  expect((await app.get('/others')).body).toBe('nothing')
  await using plain = await serve(routes.listener())
  expect(await plain.get('/others')).toMatchObject({ status: 404, body: 'Not found\n' })
})

describe('Fastify', () => {
  test('routes are declared by their config, with the prefix of their plugin, once for GET and HEAD', async () => {
    let seen: string[] = []
    const layer = fastifyLayer((routes) => {
      seen = patterns(routes)
      return noLayer
    })
    const app = Fastify({ serverFactory: layer.serverFactory })
    layer.routes(app).put('/ballots/:id', {}, ({ params }) => {
      expectTypeOf(params).toEqualTypeOf<{ id: string }>()
    })
    app.get('/own', () => '')
    await app.register(
      async (plugin) => {
        plugin.get('/ballots/:id', { config: { hotpath: { fresh: '1h' } } }, () => '')
        plugin.route({
          method: ['POST', 'PATCH'],
          url: '/ballots',
          config: { hotpath: {} },
          handler: () => '',
        })
      },
      { prefix: '/api' },
    )
    expect(seen).toEqual([])
    await app.ready()
    expect(seen).toEqual([
      'PUT /ballots/:id',
      'GET /api/ballots/:id',
      'POST /api/ballots',
      'PATCH /api/ballots',
    ])
    await app.close()
  })

  test('a server that Fastify opens once it is ready gets the cache, too', async () => {
    const attached = new Set<object>()
    const layer = fastifyLayer(() => ({ attach: (server) => void attached.add(server) }))
    const app = Fastify({ serverFactory: layer.serverFactory })
    layer.routes(app)
    await app.ready()
    expect([...attached]).toEqual([app.server])
    const later = layer.serverFactory(() => {})
    expect(attached.has(later)).toBe(true)
    await app.close()
  })
})

test('Hono routes keep their handlers in order, and their parameters', async () => {
  const app = new Hono<{ Variables: { city: string } }>()
  const routes = honoRoutes(app)
  routes.patch(
    '/ballots/:id',
    { tags: ({ id }) => [id] },
    async (context, next) => {
      context.set('city', 'Utrecht')
      await next()
    },
    (context) => context.text(`${context.req.param('id')} in ${context.get('city')}`),
  )
  const answer = await app.request('/ballots/12', { method: 'PATCH' })
  expect(await answer.text()).toBe('12 in Utrecht')
  expect(patterns(routes.routes)).toEqual(['PATCH /ballots/:id'])
})

test('Nest routes are those of all controllers, with their prefixes and what they inherit', async () => {
  class Readable {
    one() {
      return 'one'
    }
    other() {
      return 'other'
    }
  }
  class Ballots extends Readable {
    override other() {
      return 'overridden'
    }
    add() {
      return 'added'
    }
    undeclared() {
      return ''
    }
  }
  const decorate = (of: { prototype: object }, name: string, decorator: MethodDecorator) =>
    decorator(of.prototype, name, Object.getOwnPropertyDescriptor(of.prototype, name)!)
  decorate(Readable, 'one', Get('/:id', { fresh: '1h', tags: ({ city, id }) => [`${city}:${id}`] }))
  decorate(Readable, 'other', Get('/other', { fresh: '1h' }))
  decorate(Ballots, 'add', Post('/', { budget: 'p95 < 50ms' }))
  Controller(['cities/:city/ballots', '/ballots/'])(Ballots)
  class Root {
    readonly name = 'root'
  }
  Module({ controllers: [Ballots] })(Root)
  const app = await NestFactory.create(Root, { logger: false })
  const routes = nestRoutes(app, { at: '/api' })
  expect(new Set(patterns(routes))).toEqual(
    new Set([
      'GET /api/cities/:city/ballots/:id',
      'POST /api/cities/:city/ballots',
      'GET /api/ballots/:id',
      'POST /api/ballots',
    ]),
  )
  const found = createRouteMatcher(routes)('GET', '/api/cities/Utrecht/ballots/12')
  expect(found!.route.options.tags!(found!.params)).toEqual(['Utrecht:12'])
  await app.close()
})
