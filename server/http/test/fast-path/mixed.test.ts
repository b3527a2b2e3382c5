import { once } from 'node:events'
import http from 'node:http'
import { connect, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createDrain } from '../../src/api/index.ts'
import { type Serving, serve } from '../serving.ts'
import { get, listen, open } from './connection.ts'
import { application, routes, serveMixed, used } from './mixed.ts'

const ofSockets = (app: Serving) =>
  new Promise<number>((resolve) => app.server.getConnections((_, count) => resolve(count)))
const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const statuses = (text: string) => text.match(/(?<=HTTP\/1\.1 )\d{3}/g)
const post = (path: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nHost: a.example\r\nContent-Length: ${length}\r\n\r\n`

/** By whom hits are answered. */
const ways = [
  { way: 'node:http', fastPath: false, hit: 'node hit' },
  { way: 'the socket', fastPath: true, hit: 'socket hit' },
] as const

describe.each(ways)(
  'A connection of hits and other requests, hits answered by $way,',
  ({ fastPath, hit }) => {
    test('gives each answer in its turn, hits around the others too', async () => {
      await using app = await serveMixed(fastPath)
      using sorts = listen()
      const accepted = once(app.server, 'connection') as Promise<[Socket]>
      await using connection = await open(app)
      const [socket] = await accepted
      const requests = [get('/x'), get('/other'), get('/x'), post('/other', 2) + 'ab', get('/x'), get('/x')]
      for (const request of requests) await connection.ask(request, '-end')
      const pipelined = connection.ask(get('/x') + get('/wait'), 'x-end')
      await pipelined
      await expect.poll(() => app.waiting.length).toBe(1)
      const read = socket.bytesRead
      const late = connection.ask(get('/x'), 'x-end')
      await expect.poll(() => socket.bytesRead).toBeGreaterThan(read)
      app.waiting.pop()!()
      expect(await late).toMatch(/wait-end[^]*x-end$/)
      await connection.ask(get('/x'), '-end')
      await expect.poll(() => sorts.heard.length).toBe(10)
      expect(sorts.heard).toEqual([
        hit,
        'node bypass',
        hit,
        'node bypass',
        hit,
        hit,
        hit,
        'node hit',
        'node bypass',
        hit,
      ])
    })

    test('takes nothing of a body for a request, whenever it was answered', async () => {
      await using app = await serveMixed(fastPath)
      await using connection = await used(app)
      const body = get('/x')
      await connection.ask(post('/other', 2 * body.length), 'other-end')
      connection.send(body)
      const answer = await connection.ask(body + get('/other'), '-end')
      expect(statuses(answer)).toEqual(['200'])
      expect(answer).toContain('other-end')
    })

    test('takes nothing of a head for a request, whenever it comes', async () => {
      await using app = await serveMixed(fastPath)
      const accepted = once(app.server, 'connection') as Promise<[Socket]>
      await using connection = await used(app)
      const [socket] = await accepted
      const read = socket.bytesRead
      connection.send('GET /other HTTP/1.1\r\nX-A: ')
      await expect.poll(() => socket.bytesRead).toBeGreaterThan(read)
      expect(await connection.ask(get('/x'), '-end')).toContain('other-end')
    })

    test('is ended when it is idle for keepAliveTimeout, and not while an answer takes longer', async () => {
      const keepAliveTimeout = 400
      await using app = await serveMixed(fastPath, { keepAliveTimeout, keepAliveTimeoutBuffer: 0 })
      await using connection = await used(app)
      const answer = connection.ask(get('/wait'), 'wait-end')
      await pass(2 * keepAliveTimeout)
      app.waiting.pop()!()
      await answer
      expect(await connection.ask(get('/x'), '-end')).toContain('x-end')
      expect(statuses(await connection.closed())).toHaveLength(5)
    })

    test('is not ended while its client is slow to read', async () => {
      const keepAliveTimeout = 300
      await using app = await serveMixed(fastPath, { keepAliveTimeout, keepAliveTimeoutBuffer: 0 })
      const socket = connect(app.port, '127.0.0.1').on('error', () => {})
      socket.write(get('/other'))
      await once(socket, 'data')
      const many = 40
      socket.pause().write(get('/large').repeat(many))
      await pass(3 * keepAliveTimeout)
      let [ends, last] = [0, '']
      socket.setEncoding('latin1').on('data', (part: string) => {
        const whole = last + part
        ends += whole.split('large-end').length - 1
        last = whole.slice(-8)
      })
      socket.resume()
      await expect.poll(() => ends).toBe(many)
      await once(socket, 'close')
    })

    test('is not ended while it is owed an answer, though one before it was slow to be read', async () => {
      const keepAliveTimeout = 400
      await using app = await serveMixed(fastPath, { keepAliveTimeout, keepAliveTimeoutBuffer: 0 })
      const accepted = once(app.server, 'connection') as Promise<[Socket]>
      const client = connect(app.port, '127.0.0.1').on('error', () => {})
      const [socket] = await accepted
      client.write(get('/other'))
      await once(client, 'data')
      client.pause()
      for (let asked = 0; socket.writableLength === 0 && asked < 500; asked++) {
        const read = socket.bytesRead
        client.write(get('/middle'))
        while (socket.bytesRead === read) await new Promise(setImmediate)
      }
      client.write(get('/wait'))
      await expect.poll(() => app.waiting.length).toBe(1)
      let last = ''
      client.setEncoding('latin1').on('data', (part: string) => (last = (last + part).slice(-20)))
      client.resume()
      await pass(2 * keepAliveTimeout)
      app.waiting.pop()!()
      await expect.poll(() => last).toMatch(/wait-end$/)
      client.destroy()
    })

    test('is answered 408 for a head or a body that does not come whole', async () => {
      await using app = await serveMixed(fastPath, {
        headersTimeout: 200,
        requestTimeout: 300,
        connectionsCheckingInterval: 50,
      })
      await using ofHead = await used(app)
      ofHead.send(get('/x').slice(0, 30))
      await using ofBody = await used(app)
      // Answered before its body has come.
      ofBody.send(post('/x', 10))
      expect(statuses(await ofHead.closed())).toEqual(['200', '200', '200', '408'])
      expect(statuses(await ofBody.closed())).toEqual(['200', '200', '200', '200', '408'])
    })

    test('obeys server.timeout, and its event', async () => {
      await using app = await serveMixed(fastPath, { timeout: 300, keepAliveTimeout: 0 })
      await using idle = await used(app)
      expect(statuses(await idle.closed())).toHaveLength(3)
      const heard = once(app.server, 'timeout')
      await using kept = await used(app)
      await heard
      expect(await kept.ask(get('/x'), '-end')).toContain('x-end')
    })

    test('is ended with the server when it is idle, and when all are ended', async () => {
      await using app = await serveMixed(fastPath)
      await using idle = await used(app)
      await using busy = await used(app)
      await using other = await used(app)
      const answer = busy.ask(get('/wait'), 'wait-end')
      other.send(get('/wait/other'))
      await expect.poll(() => app.waiting.length).toBe(2)
      app.server.closeIdleConnections()
      await idle.closed()
      app.waiting[0]!()
      expect(await answer).toContain('wait-end')
      expect(await busy.ask(get('/x'), '-end')).toContain('x-end')
      const closed = once(app.server, 'close')
      app.server.close()
      await busy.closed()
      expect(await ofSockets(app)).toBe(1)
      app.server.closeAllConnections()
      await Promise.all([other.closed(), closed])
    })

    test('ends with what its client sends last, and is forgotten', async () => {
      await using app = await serveMixed(fastPath)
      await expect.poll(() => ofSockets(app)).toBe(1)
      await using connection = await used(app)
      connection.send(get('/x'))
      connection.half()
      expect(statuses(await connection.closed())).toHaveLength(4)
      await using broken = await used(app)
      broken.send(get('/x') + get('/x').slice(0, 20))
      broken.half()
      expect(statuses(await broken.closed())).toEqual(['200', '200', '200', '200', '400'])
      await expect.poll(() => ofSockets(app)).toBe(1)
    })

    test('is past its end after a request that closes it, whatever the handler says', async () => {
      await using app = await serveMixed(fastPath)
      await using connection = await used(app)
      expect(await connection.ask(get('/kept', 'Connection: close'), '-end')).toContain('keep-alive')
      connection.send(get('/x'))
      expect(statuses(await connection.closed())).toEqual(['200', '200', '200', '200', '400'])
    })

    test('gets no answer once the server has ended it, and that is no error', async () => {
      await using app = await serveMixed(fastPath)
      const codes: unknown[] = []
      app.server.on('clientError', (error: NodeJS.ErrnoException) => codes.push(error.code))
      for (const requests of [[], [get('/x')], [get('/x'), get('/other')]]) {
        const accepted = once(app.server, 'connection') as Promise<[Socket]>
        await using connection = await open(app)
        for (const request of requests) await connection.ask(request, '-end')
        const [socket] = await accepted
        socket.end()
        const read = socket.bytesRead
        connection.send(get('/x'))
        await expect.poll(() => socket.bytesRead).toBeGreaterThan(read)
        expect(statuses(await connection.closed()) ?? []).toHaveLength(requests.length)
      }
      expect(codes).toEqual([])
    })

    test('is left to whoever keeps it open after a malformed request', async () => {
      await using app = await serveMixed(fastPath)
      app.server.on('clientError', (_error, socket) => socket.write('refused-end'))
      await using connection = await used(app)
      await connection.ask('GET / HTTP/9.9\r\n\r\n', 'refused-end')
      connection.send(get('/x'))
      await expect.poll(async () => (await connection.until('refused-end')).split('x-end')).toHaveLength(3)
    })

    test('belongs to whoever takes an upgrade: what looks like a hit is for them', async () => {
      await using app = await serveMixed(fastPath)
      app.server.on('upgrade', (_request, socket: Socket, head: Buffer) => {
        socket.on('data', (part: Buffer) => socket.write(`<${String(part)}>`)).on('end', () => socket.end())
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n\r\n<${String(head)}>`)
      })
      await using connection = await used(app)
      await connection.ask(`${get('/x', 'Connection: upgrade', 'Upgrade: x')}head`, '<head>')
      for (let round = 0; round < 2; round++)
        expect(await connection.ask(get('/x'), '\r\n>')).toBe(`<${get('/x')}>`)
    })
  },
)

test('A drain says Connection: close with the next answer of a connection of hits and other requests', async () => {
  const drain = createDrain({ propagation: '500ms', grace: '5s' })
  const { listener } = application()
  await using app = await serve(listener, {
    routes,
    build(cache) {
      const server = http.createServer(drain.stage(cache.wrap(listener)))
      cache.fastPath(server, { receive: () => true, admits: () => !drain.isDraining(), count: () => '' })
      drain.add(server)
      return server
    },
  })
  using sorts = listen()
  await using connection = await used(app)
  await using idle = await used(app)
  const drained = drain.begin()
  expect(await connection.ask(get('/x'), '-end')).toContain('Connection: close')
  await Promise.all([connection.closed(), idle.closed()])
  expect(await drained).toEqual({ cut: 0 })
  expect(sorts.heard.slice(-4)).toEqual(['socket hit', 'node bypass', 'socket hit', 'node hit'])
})

test('A Node whose parsers do not tell where they stand keeps what is handed over to it', async () => {
  await using app = await serveMixed(true)
  const accepted = once(app.server, 'connection') as Promise<[Socket & { parser: { constructor: object } }]>
  await using first = await used(app)
  const [{ parser }] = await accepted
  const told = Object.getOwnPropertyDescriptor(parser.constructor, 'kOnMessageBegin')!
  Object.defineProperty(parser.constructor, 'kOnMessageBegin', { ...told, value: undefined })
  try {
    using sorts = listen()
    await using connection = await used(app)
    expect(await connection.ask(get('/x') + get('/other') + get('/x'), 'other-end')).toContain('x-end')
    expect(await first.ask(get('/x'), '-end')).toContain('x-end')
    await expect.poll(() => sorts.heard.length).toBe(7)
    expect(sorts.heard.slice(0, 3)).toEqual(['socket hit', 'node bypass', 'node hit'])
    expect(sorts.heard.slice(3).toSorted()).toEqual(['node bypass', 'node hit', 'node hit', 'socket hit'])
  } finally {
    Object.defineProperty(parser.constructor, 'kOnMessageBegin', told)
  }
})
