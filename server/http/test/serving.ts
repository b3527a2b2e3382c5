import http, { type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TagSpace, createTagSpace } from '@hotpath/cache'
import { type HttpCache, type HttpCacheOptions, createHttpCache } from '@hotpath/http'

export interface Answer {
  status: number
  statusMessage: string
  headers: IncomingHttpHeaders
  rawHeaders: string[]
  body: string
}

export interface Asked {
  method?: string
  headers?: Record<string, string | string[]>
  body?: string
}

/** A server on a port of its own, and a client for it. */
export interface Serving extends AsyncDisposable {
  server: Server
  port: number
  cache: HttpCache
  tags: TagSpace
  /** Requests that the cache has taken in so far; only of servers that were not built by the test. */
  arrived(): number
  get(path: string, headers?: Asked['headers']): Promise<Answer>
  ask(path: string, asked?: Asked): Promise<Answer>
}

export interface ServingOptions extends Partial<HttpCacheOptions> {
  /** Puts the application before the cache; the default is the listener itself behind `wrap`. */
  build?: (cache: HttpCache) => Promise<Server> | Server
}

/** Overtakes everything that carries one of these tags. */
export async function advance(space: TagSpace, tags: readonly string[]): Promise<void> {
  await space.change({ tags, keys: [], patterns: [], hard: true, ack: 'redis' })
}

let newTags: () => TagSpace | Promise<TagSpace> = createTagSpace

/** Runs the tests of a file over tag spaces of another kind. */
export function serveOver(makeTags: () => Promise<TagSpace>): void {
  newTags = makeTags
}

/** Whether they are shared with other processes: then responses outlive this one's memory, and nothing is exact. */
export const isShared = (): boolean => newTags !== createTagSpace

/** Serves `listener` behind a cache. */
export async function serve(listener: RequestListener, options: ServingOptions = {}): Promise<Serving> {
  const { build, ...given } = options
  const tags = given.tags ?? (await newTags())
  const cache = createHttpCache({ routes: [], ...given, tags })
  let arrived = 0
  const wrapped = cache.wrap(listener)
  const counting: RequestListener = (request, response) => {
    wrapped(request, response)
    arrived += 1
  }
  const server = await (build?.(cache) ?? http.createServer(counting))
  if (!server.listening) await listen(server)
  const { port } = server.address() as AddressInfo
  const agent = new http.Agent({ keepAlive: true })
  const ask = (path: string, asked: Asked = {}) => send({ port, path, agent, ...asked })
  return {
    server,
    port,
    cache,
    tags,
    arrived: () => arrived,
    ask,
    get: (path, headers = {}) => ask(path, { headers }),
    async [Symbol.asyncDispose]() {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      if (!given.tags) await tags.close()
    },
  }
}

/** With room for a thousand connections at once: Linux resets some of those that overflow Node's 511. */
async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 2_000 }, resolve)
  })
}

async function send({ body, ...options }: http.RequestOptions & { body?: string }): Promise<Answer> {
  const request = http.request({ host: '127.0.0.1', ...options })
  request.end(body)
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject)
  })
  return {
    status: response.statusCode ?? 0,
    statusMessage: response.statusMessage ?? '',
    headers: response.headers,
    rawHeaders: response.rawHeaders,
    body: await text(response),
  }
}

/** A promise and its keys. */
export function gate<T = void>(): { opened: Promise<T>; open: (value: T) => void } {
  const { promise, resolve } = Promise.withResolvers<T>()
  return { opened: promise, open: resolve }
}

/** A clock that stands still until it is moved. */
export function stoppedClock(start = Date.UTC(2026, 0, 1)): { clock: () => number; pass(ms: number): void } {
  let now = start
  return {
    clock: () => now,
    pass(ms) {
      now += ms
    },
  }
}
