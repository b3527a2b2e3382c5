import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createTagSpace } from '@hotpath/cache'
import { type Route, route } from '@hotpath/core'
import { createHttpCache, interceptRequests } from '@hotpath/http'
import { createRateLimit } from '@hotpath/http/limits'
import { createMonitor } from '@hotpath/monitor'
import apicache from 'apicache'
import compression from 'compression'
import express, { type Express } from 'express'
import Fastify, { type FastifyInstance } from 'fastify'
import { answer, itemPath, largeAnswer, largePath, path, smallAnswer } from './answer.ts'

/** One server of the HTTP suite, in a process of its own: `server.ts <kind>`, options as JSON on stdin; prints its port. */
type Start = (given: Given) => Promise<Server>

/** What a bare server answers: the head, and the body as base64. */
interface Given {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** How long idle connections are kept, in milliseconds. @default Node's */
  readonly keepAliveMs?: number
  /** Bounds of the cache, where its defaults are not meant. */
  readonly bounds?: { readonly maxEntries: number; readonly maxBytes: `${number}MiB` }
}

const starts: Record<string, Start> = {
  'bare-buffer': async ({ headers, body }) => bare(headers, bodyOf(body)),
  'bare-string': async ({ headers, body }) => bare(headers, bodyOf(body).toString('latin1')),
  fastify: async () => listening(withRoutes(Fastify())),
  hotpath: async ({ bounds }) => {
    const { wrap } = layer(bounds)
    return listening(withRoutes(Fastify({ serverFactory: (listener) => led(createServer(listener), wrap) })))
  },
  'hotpath-fast': async ({ bounds }) => {
    const { wrap, takeSockets } = layer(bounds)
    const serverFactory = (listener: RequestListener) => takeSockets(led(createServer(listener), wrap))
    return listening(withRoutes(Fastify({ serverFactory })))
  },
  apicache: async () => {
    const app = compressing()
    app.get(path, apicache.middleware('1 hour'), (_request, response) => {
      response.json(JSON.parse(answer))
    })
    return listening(createServer(app))
  },
  'express-compression': async () => {
    const app = compressing()
    app.get(largePath, (_request, response) => void response.json(JSON.parse(largeAnswer)))
    return listening(createServer(app))
  },
}

function compressing(): Express {
  const app = express()
  app.use(compression())
  return app
}

function withRoutes(app: FastifyInstance): FastifyInstance {
  app.get(path, () => JSON.parse(answer) as object)
  app.get(largePath, () => JSON.parse(largeAnswer) as object)
  app.get<{ Params: { id: string } }>(
    `${itemPath}:id`,
    ({ params }) => JSON.parse(smallAnswer(params.id)) as object,
  )
  return app
}

interface Layer {
  readonly wrap: (listener: RequestListener) => RequestListener
  /** Hits are answered from the socket. */
  readonly takeSockets: (server: Server) => Server
}

/** The cache with what stands around it in an application: metrics, budgets, a rate limit. */
function layer(bounds: Given['bounds']): Layer {
  const options = { fresh: '1h', stale: '1h', budget: 'p95 < 50ms' } as const
  const routes: Route[] = [
    route(`GET ${path}`, { ...options, tags: () => ['questions:1'] }),
    route(`GET ${largePath}`, { ...options, tags: () => ['report:1'] }),
    route(`GET ${itemPath}:id`, { ...options, tags: ({ id }) => [`item:${id}`] }),
  ]
  const cache = createHttpCache({ tags: createTagSpace(), routes, ...bounds })
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
  const groups = { api: { limit: 800_000_000, window: '15m' } } as const
  const limits = createRateLimit({ routes, groups, default: 'api', defersFields: true })
  return {
    wrap: (listener) => limits.wrap(cache.wrap(listener)),
    takeSockets(server) {
      cache.fastPath(server, { receive: () => true, admits: () => true, count: limits.count })
      return server
    },
  }
}

/** As `attach` does it, where a rate limit stands before the cache. */
function led(server: Server, wrap: Layer['wrap']): Server {
  interceptRequests(server, wrap)
  return server
}

const bodyOf = (base64: string | undefined) => Buffer.from(base64 ?? '', 'base64')

function bare(headers: Given['headers'], body: Buffer | string): Promise<Server> {
  const flat = Object.entries(headers ?? {}).flat()
  return listening(
    createServer((_request, response) => {
      response.writeHead(200, flat)
      response.end(body, 'latin1')
    }),
  )
}

async function listening(app: Server | FastifyInstance): Promise<Server> {
  if ('server' in app) {
    await app.listen({ port: 0 })
    return app.server
  }
  return new Promise((resolve) => app.listen(0, '127.0.0.1', () => resolve(app)))
}

const start = starts[process.argv[2] ?? '']
if (!start) throw new Error(`There is no server "${process.argv[2]}".`)
const given = (await json(process.stdin)) as Given
const server = await start(given)
if (given.keepAliveMs !== undefined) server.keepAliveTimeout = given.keepAliveMs
// What is no longer used is not to be counted as memory.
setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
process.on('SIGUSR2', collectGarbage)
process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
