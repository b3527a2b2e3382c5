import http, { type Server } from 'node:http'
import { Readable } from 'node:stream'
import type { HttpCache } from '@hotpath/http'
import express from 'express'
import Fastify from 'fastify'

/** What the contract's applications answer from, and are looked into by. */
export interface Application {
  /** Handler runs so far. */
  runs: number
  /** Awaited by `/slow/:id` before it answers. */
  until: Promise<void>
}

/** One application, written for one framework, behind a cache. */
export interface Framework {
  name: string
  build(cache: HttpCache, application: Application): Promise<Server> | Server
}

const cacheable = { 'cache-control': 'public, max-age=60' }
const chunks = ['one,', 'two,', 'three']

const plain: Framework = {
  name: 'node:http',
  build(cache, application) {
    return http.createServer(
      cache.wrap((request, response) => {
        application.runs += 1
        const { pathname } = new URL(request.url ?? '/', 'http://x')
        const number = String(application.runs)
        if (request.method === 'POST') response.writeHead(204).end()
        else if (pathname.startsWith('/item/')) response.end(JSON.stringify({ run: application.runs }))
        else if (pathname === '/own') response.writeHead(200, 'OK', cacheable).end(number)
        else if (pathname === '/stream') {
          response.writeHead(200, cacheable)
          Readable.from(chunks).pipe(response)
        } else if (pathname === '/cookie') {
          response.writeHead(200, { ...cacheable, 'set-cookie': 'a=1' }).end(number)
        } else if (pathname === '/error') response.writeHead(500, cacheable).end(number)
        else if (pathname === '/slow/1') {
          void application.until.then(() => response.writeHead(200, cacheable).end(number))
        }
      }),
    )
  },
}

const expressFramework: Framework = {
  name: 'Express 5',
  build(cache, application) {
    const app = express()
    app.use((_request, _response, next) => {
      application.runs += 1
      next()
    })
    app.get('/item/:id', (_request, response) => void response.json({ run: application.runs }))
    app.post('/item/:id', (_request, response) => void response.status(204).end())
    app.get('/own', (_request, response) => void response.set(cacheable).send(String(application.runs)))
    app.get('/stream', (_request, response) => {
      response.set(cacheable)
      Readable.from(chunks).pipe(response)
    })
    app.get('/cookie', (_request, response) => {
      response.set(cacheable).cookie('a', '1').send(String(application.runs))
    })
    app.get('/error', (_request, response) => {
      response.status(500).set(cacheable).send(String(application.runs))
    })
    app.get('/slow/1', async (_request, response) => {
      await application.until
      response.set(cacheable).send(String(application.runs))
    })
    return http.createServer(cache.wrap(app))
  },
}

const fastifyFramework: Framework = {
  name: 'Fastify 5',
  async build(cache, application) {
    const app = Fastify({
      serverFactory: (handler, options) => cache.serverFactory(handler, options),
      forceCloseConnections: true,
    })
    app.addHook('onRequest', async () => {
      application.runs += 1
    })
    app.get('/item/:id', async () => ({ run: application.runs }))
    app.post('/item/:id', async (_request, reply) => reply.status(204).send())
    app.get('/own', async (_request, reply) => reply.headers(cacheable).send(String(application.runs)))
    app.get('/stream', async (_request, reply) => reply.headers(cacheable).send(Readable.from(chunks)))
    app.get('/cookie', async (_request, reply) =>
      reply.headers({ ...cacheable, 'set-cookie': 'a=1' }).send(String(application.runs)),
    )
    app.get('/error', async (_request, reply) =>
      reply.status(500).headers(cacheable).send(String(application.runs)),
    )
    app.get('/slow/1', async (_request, reply) => {
      await application.until
      return reply.headers(cacheable).send(String(application.runs))
    })
    await app.ready()
    return app.server
  },
}

/** The frameworks of the contract. */
export const frameworks: readonly Framework[] = [plain, expressFramework, fastifyFramework]
