import http from 'node:http'
import { Readable } from 'node:stream'
import { expressRoutes } from '@hotpath/http/express'
import express from 'express'
import {
  answerRaw,
  bigBody,
  cacheable,
  chunks,
  type Framework,
  greeting,
  lasting,
  options,
} from './application.ts'

export const expressFramework: Framework = {
  name: 'Express 5',
  protocol: 'http/1.1',
  build(application, makeCache) {
    const app = express().set('env', 'test') // Else Express prints the error that is meant to happen.
    const run = () => String(application.runs)
    app.use((_request, _response, next) => {
      application.runs += 1
      next()
    })
    const routes = expressRoutes(app)
    routes.get('/item/:id', options.item, ({ params: { id } }, response) => {
      response.status(application.isBroken ? 500 : 200).json({ id, run: application.runs })
    })
    routes.post('/item/:id', {}, (_request, response) => void response.status(204).end())
    routes.get('/error', options.error, (_request, response) => {
      response.set(cacheable)
      throw new Error('meant to happen')
    })
    routes.get('/mine', options.mine, (_request, response) => void response.set(cacheable).send(run()))
    app.get('/own', (_request, response) => void response.set(cacheable).send(run()))
    app.get('/big', (_request, response) => void response.set(cacheable).send(bigBody(application.runs)))
    app.get('/stream', (_request, response) => {
      response.set(cacheable)
      Readable.from(chunks).pipe(response)
    })
    app.get('/cookie', (_request, response) => void response.set(cacheable).cookie('a', '1').send(run()))
    app.get('/greet', (request, response) => {
      response.set('cache-control', 'max-age=60').send(greeting(request))
    })
    app.get('/flaky', (_request, response) => {
      response
        .status(application.isBroken ? 503 : 200)
        .set(lasting)
        .send(run())
    })
    app.get('/slow/1', async (_request, response) => {
      const answer = run()
      await application.until
      response.set(cacheable).send(answer)
    })
    app.use('/raw', (request, response) => {
      answerRaw(Object.assign(request, { url: request.originalUrl }), response, application)
    })
    return http.createServer(makeCache(routes.routes).wrap(app))
  },
}
