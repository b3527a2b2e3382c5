import { once } from 'node:events'
import http, { type RequestListener } from 'node:http'
import { connect, type Socket } from 'node:net'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { createDrain } from '../../src/api/index.ts'
import { type Serving, serve } from '../serving.ts'
import { get, listen, open } from './connection.ts'

const routes = [route('GET /x', { fresh: '1m' })]
const listener: RequestListener = (request, response) =>
  response.end(request.url === '/y' ? 'y'.repeat(10_000) : 'body-end')

/** A server with limits of its own, whose answer to GET /x is stored. */
async function serveWith(
  given: http.ServerOptions & { timeout?: number; maxRequestsPerSocket?: number },
  fastPath = true,
) {
  const { timeout = 0, maxRequestsPerSocket = 0, ...options } = given
  const app = await serve(listener, {
    routes,
    build(cache) {
      const server = http.createServer(options, listener)
      Object.assign(server, { timeout, maxRequestsPerSocket })
      cache.attach(server, { fastPath })
      return server
    },
  })
  await using connection = await open(app)
  await connection.ask(get('/x'), '-end')
  return app
}

const ofSockets = (app: Serving) =>
  new Promise<number>((resolve) => app.server.getConnections((_, count) => resolve(count)))

test('ends a connection that is idle after a request, by the time that the server keeps it alive', async () => {
  await using app = await serveWith({ keepAliveTimeout: 200, keepAliveTimeoutBuffer: 0 })
  using sorts = listen()
  await using connection = await open(app)
  expect(await connection.ask(get('/x'), '-end')).toContain('Keep-Alive: timeout=0')
  await connection.closed()
  expect(sorts.heard).toEqual(['socket hit'])
})

test('answers a connection on which nothing comes as node:http does: 408, or what clientError says', async () => {
  await using app = await serveWith({
    headersTimeout: 200,
    requestTimeout: 400,
    connectionsCheckingInterval: 100,
  })
  await using silent = await open(app)
  expect(await silent.closed()).toBe('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
  const codes: unknown[] = []
  app.server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    codes.push(error.code)
    socket.end('own answer')
  })
  await using other = await open(app)
  expect(await other.closed()).toBe('own answer')
  expect(codes).toEqual(['ERR_HTTP_REQUEST_TIMEOUT'])
})

test('gives a head that is not whole to node:http at once, with the time that it has for it', async () => {
  await using app = await serveWith({
    headersTimeout: 300,
    requestTimeout: 400,
    connectionsCheckingInterval: 100,
  })
  await using slow = await open(app)
  slow.send('GET /x HTTP/1.1\r\nHost: a.exa')
  expect(await slow.closed()).toContain('408 Request Timeout')
  await using byBytes = await open(app)
  for (const byte of get('/x')) byBytes.send(byte)
  expect(await byBytes.until('-end')).toContain('body-end')
})

test('obeys server.timeout, and its event', async () => {
  await using app = await serveWith({ timeout: 200, keepAliveTimeout: 0 })
  await using used = await open(app)
  await used.ask(get('/x'), '-end')
  await using silent = await open(app)
  expect(await used.closed()).toMatch(/body-end$/)
  expect(await silent.closed()).toBe('')
  const heard = once(app.server, 'timeout')
  await using kept = await open(app)
  await kept.ask(get('/x'), '-end')
  await heard
  expect(await kept.ask(get('/x'), '-end')).toContain('body-end')
})

test('leaves a server to node:http that counts the requests of a socket', async () => {
  await using app = await serveWith({ maxRequestsPerSocket: 2 })
  using sorts = listen()
  await using connection = await open(app)
  expect(await connection.ask(get('/x'), '-end')).toContain('Keep-Alive: timeout=5, max=2')
  expect(await connection.ask(get('/x'), '-end')).toContain('Connection: close')
  expect(sorts.heard).toEqual(['node hit', 'node hit'])
})

test('ends with the server: idle connections at its close, the others when they are told', async () => {
  await using app = await serveWith({})
  await using used = await open(app)
  await used.ask(get('/x'), '-end')
  await using silent = await open(app)
  const closed = once(app.server, 'close')
  app.server.close()
  await used.closed()
  expect(await ofSockets(app)).toBe(1)
  app.server.closeAllConnections()
  await silent.closed()
  await closed
})

test('a drain cuts nothing off, says Connection: close, and ends what is idle', async () => {
  const drain = createDrain({ propagation: '500ms', grace: '5s' })
  let server: http.Server | undefined
  await using app = await serve(listener, {
    routes,
    build(cache) {
      server = http.createServer(drain.stage(cache.wrap(listener)))
      cache.fastPath(server, { receive: () => true, admits: () => !drain.isDraining(), count: () => '' })
      drain.add(server)
      return server
    },
  })
  using sorts = listen()
  await using active = await open(app)
  await active.ask(get('/x'), '-end')
  await using idle = await open(app)
  await idle.ask(get('/x'), '-end')
  const drained = drain.begin()
  expect(await active.ask(get('/x'), '-end')).toContain('Connection: close')
  await Promise.all([active.closed(), idle.closed()])
  expect(await drained).toEqual({ cut: 0 })
  expect(sorts.heard).toEqual(['node miss', 'socket hit', 'node hit'])
})

test('takes no connection more than maxConnections, and forgets those that end', async () => {
  await using app = await serveWith({})
  app.server.maxConnections = 2
  await expect.poll(() => ofSockets(app)).toBe(0)
  await using one = await open(app)
  await using two = await open(app)
  await Promise.all([one, two].map((connection) => connection.ask(get('/x'), '-end')))
  await using three = await open(app)
  expect(await three.closed()).toBe('')
  one.half()
  await one.closed()
  await expect.poll(() => ofSockets(app)).toBe(1)
  await using four = await open(app)
  expect(await four.ask(get('/x'), '-end')).toContain('body-end')
})

test('a flood of requests behind a hand-over is held back as node:http holds it back', async () => {
  const read: number[] = []
  for (const fastPath of [false, true]) {
    await using app = await serveWith({}, fastPath)
    const accepted = once(app.server, 'connection') as Promise<[Socket]>
    const flood = connect(app.port, '127.0.0.1')
      .on('error', () => {})
      .pause()
    flood.write(get('/x') + get('/y').repeat(5_000))
    const [socket] = await accepted
    await expect.poll(() => socket.isPaused()).toBe(true)
    await using other = await open(app)
    for (let round = 0; round < 10; round++) await other.ask(get('/x'), '-end')
    read.push(socket.bytesRead)
    flood.destroy()
  }
  // One piece of what came, which is as much as Node reads at once.
  for (const bytes of read) expect(bytes).toBeLessThanOrEqual(65_536)
})

test('who else listens to a connection gets all of its bytes from then on, before and after a hand-over', async () => {
  await using app = await serveWith({})
  using sorts = listen()
  const [sockets, came]: [Socket[], string[]] = [[], []]
  app.server.on('connection', (socket: Socket) => sockets.push(socket))
  for (const before of [[], ['/x'], ['/x', '/y', '/x']]) {
    await using connection = await open(app)
    for (const path of before) await connection.ask(get(path), path === '/y' ? 'yyyy' : '-end')
    const socket = sockets.pop() ?? ((await once(app.server, 'connection')) as [Socket])[0]
    sorts.heard.length = 0
    came.length = 0
    socket.on('data', (bytes: Buffer) => came.push(String(bytes)))
    expect(await connection.ask(get('/x'), '-end')).toContain('body-end')
    expect(await connection.ask(get('/x'), '-end')).toContain('body-end')
    expect(came.join('')).toBe(get('/x').repeat(2))
    expect(sorts.heard).toEqual(['node hit', 'node hit'])
    sockets.length = 0
  }
})
