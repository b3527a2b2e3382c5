import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTagSpace } from '@hotpath/cache'
import { route } from '@hotpath/core'
import { createHttpCache } from '@hotpath/http'
import { createMonitor } from '@hotpath/monitor'
import apicache from 'apicache'
import compression from 'compression'
import express from 'express'
import Fastify from 'fastify'
import { answer, path } from './answer.ts'

/** One server of the HTTP suite, in a process of its own: `server.ts <kind> [headers as JSON]`; prints its port. */
type Start = (headers: Record<string, string>) => Promise<Server>

const starts: Record<string, Start> = {
  'bare-buffer': async (headers) => bare(headers, Buffer.from(answer)),
  'bare-string': async (headers) => bare(headers, answer),
  fastify: async () => {
    const app = Fastify()
    app.get(path, () => JSON.parse(answer) as object)
    await app.listen({ port: 0 })
    return app.server
  },
  hotpath: async () => {
    const routes = [
      route(`GET ${path}`, { fresh: '1h', stale: '1h', tags: () => ['questions:1'], budget: 'p95 < 50ms' }),
    ]
    const cache = createHttpCache({ tags: createTagSpace(), routes })
    createMonitor({
      app: 'bench',
      layer: 'on',
      routes,
      targets: [],
      sources: {
        database: 'none',
        poolWaiting: () => 0,
        caches: () => [],
        httpCache: () => cache.stats(),
        ready: {},
      },
    })
    const app = Fastify({ serverFactory: (listener) => cache.serverFactory(listener) })
    app.get(path, () => JSON.parse(answer) as object)
    await app.listen({ port: 0 })
    return app.server
  },
  apicache: async () => {
    const app = express()
    app.use(compression())
    app.get(path, apicache.middleware('1 hour'), (_request, response) => {
      response.json(JSON.parse(answer))
    })
    return listening(createServer(app))
  },
}

function bare(headers: Record<string, string>, body: Buffer | string): Promise<Server> {
  const flat = Object.entries(headers).flat()
  return listening(
    createServer((_request, response) => {
      response.writeHead(200, flat)
      response.end(body)
    }),
  )
}

function listening(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

const [kind, headers = '{}'] = process.argv.slice(2)
const start = starts[kind ?? '']
if (!start) throw new Error(`There is no server "${kind}".`)
const server = await start(JSON.parse(headers) as Record<string, string>)
process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
