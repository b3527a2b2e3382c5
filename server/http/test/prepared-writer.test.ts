import http, { type RequestListener } from 'node:http'
import { connect, type Socket } from 'node:net'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { canPrepare } from '../src/prepared-writer.ts'
import { rawAnswer } from './raw-answer.ts'
import { gate, serve, stoppedClock } from './serving.ts'

const routes = [route('GET /x', { fresh: '1m' }), route('GET /large', { fresh: '1m' })]
const body = 'b'.repeat(500)

test('this release of Node lets answers be prepared', () => {
  // Were this to fail, hits would still be right, and slower: the internals that prepared-writer.ts uses have changed.
  expect(canPrepare()).toBe(true)
})

test('sends the same bytes prepared as plain, to the last header', async () => {
  const time = stoppedClock()
  const listener: RequestListener = (_request, response) => response.writeHead(200, { 'X-A': 'é' }).end(body)
  await using app = await serve(listener, { routes, clock: time.clock })
  const request = `GET /x HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\n\r\n`
  await app.get('/x')
  const [plain, second, prepared, again] = [
    await rawAnswer(app, request),
    await rawAnswer(app, request),
    await rawAnswer(app, request),
    await rawAnswer(app, request),
  ]
  expect(plain).toContain('Keep-Alive: timeout=5')
  expect([second, prepared, again]).toEqual([plain, plain, plain])
  time.pass(3_000)
  const later = await rawAnswer(app, request)
  expect(later).toBe(plain.replace('Age: 0', 'Age: 3').replace('ttl=60', 'ttl=57'))
})

test('goes on telling HTTP/1.0, close, HEAD, conditions and foreign headers apart', async () => {
  await using app = await serve((_request, response) => response.end(body), { routes })
  const { headers } = await app.get('/x')
  for (let index = 0; index < 4; index++) await app.get('/x')
  const line = (rest: string) => `${rest}\r\nHost: 127.0.0.1:${app.port}\r\n`
  expect(await rawAnswer(app, `${line('GET /x HTTP/1.0')}\r\n`)).toContain('Connection: close')
  expect(await rawAnswer(app, `${line('GET /x HTTP/1.1')}Connection: close\r\n\r\n`)).toContain(
    'Connection: close',
  )
  expect((await app.ask('/x', { method: 'HEAD' })).body).toBe('')
  expect((await app.get('/x', { 'if-none-match': headers.etag! })).status).toBe(304)
})

test('closes a connection after its last request, prepared or not', async () => {
  const time = stoppedClock()
  await using app = await serve((_request, response) => response.end(body), { routes, clock: time.clock })
  app.server.maxRequestsPerSocket = 3
  const connections = []
  for (let index = 0; index < 12; index++) connections.push((await app.get('/x')).headers.connection)
  const ofOne = ['keep-alive', 'keep-alive', 'close']
  expect(connections).toEqual([...ofOne, ...ofOne, ...ofOne, ...ofOne])
})

test('says of each server its own keep-alive, whichever of them prepared the answer', async () => {
  const time = stoppedClock()
  const listener: RequestListener = (_request, response) => response.end(body)
  let other: http.Server | undefined
  await using app = await serve(listener, {
    routes,
    clock: time.clock,
    build(cache) {
      const wrapped = cache.wrap(listener)
      other = http.createServer({ keepAliveTimeout: 20_000 }, wrapped)
      return http.createServer({ keepAliveTimeout: 10_000 }, wrapped)
    },
  })
  await using second = await serve(listener, { build: () => other! })
  const host = { host: 'a.example' }
  for (let index = 0; index < 4; index++) {
    expect((await app.get('/x', host)).headers['keep-alive']).toBe('timeout=10')
    expect((await second.get('/x', host)).headers['keep-alive']).toBe('timeout=20')
  }
  expect(app.cache.stats()).toMatchObject({ hits: 7, misses: 1 })
})

test('serves a large body as it is, and a thousand hits over few connections', async () => {
  const large = 'b'.repeat(200_000)
  await using app = await serve(
    (request, response) => response.end(request.url === '/large' ? large : body),
    { routes },
  )
  for (let index = 0; index < 4; index++) expect((await app.get('/large')).body === large).toBe(true)
  const answers = await Promise.all(Array.from({ length: 1_000 }, () => app.get('/x')))
  expect(answers.every((answer) => answer.body === body && answer.status === 200)).toBe(true)
  expect(app.cache.stats()).toMatchObject({ misses: 2 })
})

test('does not go on writing for a client that asks and never reads', async () => {
  await using app = await serve((_request, response) => response.end(body), { routes })
  await app.get('/x')
  const connected = new Promise<Socket>((resolve) => app.server.once('connection', resolve))
  const client = connect(app.port, '127.0.0.1').pause()
  const connection = await connected
  const request = `GET /x HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\n\r\n`
  let waiting = 0
  for (let asked = 0; asked < 40; asked++) {
    client.write(request.repeat(1_000))
    await new Promise((resolve) => setImmediate(resolve))
    waiting = Math.max(waiting, connection.writableLength)
  }
  const settled = () => [connection.isPaused(), connection.writableLength < 1_000_000]
  await expect.poll(settled).toEqual([true, true])
  expect(waiting).toBeLessThan(1_000_000)
  client.destroy()
})

test("a hit on a connection that somebody in front of the cache has ended is dropped, and is nobody's error", async () => {
  let ends = false
  const taken = gate()
  await using app = await serve((_request, response) => response.end(body), {
    routes,
    build(cache) {
      const cached = cache.wrap((_request, response) => response.end(body))
      const server = http.createServer((request, response) => {
        if (ends) request.socket.end()
        cached(request, response)
      })
      // Whoever takes a connection over has it without Node's listeners: an error of it would end the process.
      return server.on('connect', () => taken.open())
    },
  })
  for (let index = 0; index < 3; index++) await app.get('/x')
  ends = true
  const head = (line: string) => `${line} HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\n\r\n`
  const socket = connect({ port: app.port, host: '127.0.0.1', allowHalfOpen: true })
  let bytes = ''
  socket.on('data', (part: Buffer) => (bytes += part.toString('latin1')))
  socket.write(head('GET /x') + head('CONNECT 127.0.0.1:1'))
  await taken.opened
  await new Promise((resolve) => socket.once('end', resolve))
  expect(bytes).toBe('')
  socket.destroy()
})
