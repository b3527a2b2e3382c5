import http, { type RequestListener } from 'node:http'
import http2 from 'node:http2'
import { Readable } from 'node:stream'
import type { Http2Listener } from '@hotpath/http'
import { nodeRoutes } from '@hotpath/http/node'
import {
  type Application,
  answerRaw,
  bigBody,
  cacheable,
  chunks,
  type Framework,
  greeting,
  lasting,
  options,
} from './application.ts'
import { certificate } from './certificate.ts'

function plainRoutes(application: Application) {
  const routes = nodeRoutes()
  const run = () => String(application.runs)
  routes.get('/item/:id', options.item, (_request, response, { id }) => {
    response.writeHead(application.isBroken ? 500 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ id, run: application.runs }))
  })
  routes.post('/item/:id', {}, (_request, response) => response.writeHead(204).end())
  routes.get('/error', options.error, (_request, response) => response.writeHead(500, cacheable).end(run()))
  routes.get('/mine', options.mine, (_request, response) => response.writeHead(200, cacheable).end(run()))
  routes.get('/own', {}, (_request, response) => response.writeHead(200, cacheable).end(run()))
  routes.get('/big', {}, (_request, response) => {
    response.writeHead(200, { ...cacheable, 'content-type': 'text/plain' }).end(bigBody(application.runs))
  })
  routes.get('/stream', {}, (_request, response) => {
    response.writeHead(200, cacheable)
    Readable.from(chunks).pipe(response)
  })
  routes.get('/cookie', {}, (_request, response) => {
    response.writeHead(200, { ...cacheable, 'set-cookie': 'a=1' }).end(run())
  })
  routes.get('/greet', {}, (request, response) => {
    response.writeHead(200, { 'cache-control': 'max-age=60' }).end(greeting(request))
  })
  routes.get('/flaky', {}, (_request, response) => {
    response.writeHead(application.isBroken ? 503 : 200, lasting).end(run())
  })
  routes.get('/slow/1', {}, (_request, response) => {
    const answer = run()
    void application.until.then(() => response.writeHead(200, cacheable).end(answer))
  })
  const listener = routes.listener((request, response) => answerRaw(request, response, application))
  const counting: RequestListener = (request, response) => {
    application.runs += 1
    listener(request, response)
  }
  return { routes: routes.routes, listener: counting }
}

export const plain: Framework = {
  name: 'node:http',
  protocol: 'http/1.1',
  build(application, makeCache) {
    const { routes, listener } = plainRoutes(application)
    return http.createServer(makeCache(routes).wrap(listener))
  },
}

export const plainHttp2: Framework = {
  name: 'node:http2 in plain',
  protocol: 'h2c',
  build(application, makeCache) {
    const { routes, listener } = plainRoutes(application)
    return http2.createServer(makeCache(routes).wrap(listener as unknown as Http2Listener))
  },
}

export const secureHttp2: Framework = {
  name: 'node:http2 with TLS',
  protocol: 'h2',
  build(application, makeCache) {
    const { routes, listener } = plainRoutes(application)
    const server = http2.createSecureServer({ ...certificate, allowHTTP1: true })
    server.on('request', listener as unknown as Http2Listener)
    makeCache(routes).attach(server)
    return server
  },
}
