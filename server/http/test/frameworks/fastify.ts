import { Readable } from 'node:stream'
import type { AnyServer, HttpCache } from '@hotpath/http'
import { fastifyLayer } from '@hotpath/http/fastify'
import Fastify, { type FastifyInstance } from 'fastify'
import {
  type Application,
  answerRaw,
  bigBody,
  cacheable,
  chunks,
  type Framework,
  greeting,
  lasting,
  type MakeCache,
  options,
} from './application.ts'

async function build(application: Application, makeCache: MakeCache, more: object): Promise<AnyServer> {
  const layer = fastifyLayer((routes): HttpCache => makeCache(routes))
  const { serverFactory } = layer
  const app = Fastify({ serverFactory, forceCloseConnections: true, ...more }) as FastifyInstance
  const run = () => String(application.runs)
  app.addHook('onRequest', async () => {
    application.runs += 1
  })
  const routes = layer.routes(app)
  routes.get('/item/:id', options.item, async ({ params: { id } }, reply) =>
    reply.status(application.isBroken ? 500 : 200).send({ id, run: application.runs }),
  )
  routes.post('/item/:id', {}, async (_request, reply) => reply.status(204).send())
  app.get('/error', { config: { hotpath: options.error } }, async (_request, reply) => {
    reply.headers(cacheable)
    throw new Error(run())
  })
  routes.get('/mine', options.mine, async (_request, reply) => reply.headers(cacheable).send(run()))
  app.get('/own', async (_request, reply) => reply.headers(cacheable).send(run()))
  app.get('/big', async (_request, reply) => reply.headers(cacheable).send(bigBody(application.runs)))
  app.get('/stream', async (_request, reply) => reply.headers(cacheable).send(Readable.from(chunks)))
  app.get('/cookie', async (_request, reply) =>
    reply.headers({ ...cacheable, 'set-cookie': 'a=1' }).send(run()),
  )
  app.get('/greet', async (request, reply) =>
    reply.header('cache-control', 'max-age=60').send(greeting(request)),
  )
  app.get('/flaky', async (_request, reply) =>
    reply
      .status(application.isBroken ? 503 : 200)
      .headers(lasting)
      .send(run()),
  )
  app.get('/slow/1', async (_request, reply) => {
    const answer = run()
    await application.until
    return reply.headers(cacheable).send(answer)
  })
  app.get('/raw/:form', (request, reply) => {
    reply.hijack()
    answerRaw(request.raw, reply.raw, application)
  })
  await app.ready()
  return app.server
}

export const fastifyFramework: Framework = {
  name: 'Fastify 5',
  protocol: 'http/1.1',
  build: (application, makeCache) => build(application, makeCache, {}),
}

export const fastifyHttp2: Framework = {
  name: 'Fastify 5 over HTTP/2',
  protocol: 'h2c',
  build: (application, makeCache) => build(application, makeCache, { http2: true }),
}
