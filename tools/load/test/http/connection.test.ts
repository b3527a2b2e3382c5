import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createConnection } from '../../src/http/connection.ts'
import { createDial } from '../../src/http/dial.ts'
import type { Exchange } from '../../src/http/exchange.ts'
import { createResponse } from '../../src/http/response.ts'
import { createTransport, type Transport } from '../../src/http/transport.ts'
import { createStep } from '../../src/scenario/step.ts'
import { startServer } from '../server.ts'
import { startTlsServer } from '../tls-server.ts'

const get = createStep('GET /', { method: 'GET', path: '/' }, {})
const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n'

/** A server that gives each request to `answer`, as it came, with the number of its connection. */
async function startRaw(answer: (socket: Socket, request: string, connection: number) => void) {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    const connection = sockets.push(socket)
    socket.on('error', () => {})
    socket.on('data', (chunk) => answer(socket, chunk.toString('latin1'), connection))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

function connect(origin: string, cap = 1): Transport {
  return createTransport({ origin, cap, keepAlive: true, insecure: true, timeoutMs: 20_000 })
}

function send(transport: Transport, step = get): Promise<Exchange> {
  return new Promise((onSettled) => {
    transport.send(step, { due: performance.now(), keepsAnswer: true, onSettled })
  })
}

const textOf = (exchange: Exchange) => createResponse(exchange).text()

describe('the next request gets a connection of its own', () => {
  test.for([
    [
      'when the answer says that it is the last',
      (socket: Socket) => socket.write(`${ok}connection: close\r\n\r\nok`),
    ],
    [
      'when the answer ended with the connection',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nok'),
    ],
    ['when more came than was asked for', (socket: Socket) => socket.write(`${ok}\r\nokHTTP/1.1 200 OK\r\n`)],
    [
      'when the server will soon close the idle one',
      (socket: Socket) => socket.write(`${ok}keep-alive: timeout=1\r\n\r\nok`),
    ],
  ] as const)('%s', async ([, answer]) => {
    await using server = await startRaw(answer)
    const transport = connect(server.origin)
    for (let count = 1; count <= 3; count++) {
      const exchange = await send(transport)
      expect(exchange).toMatchObject({ failure: null, status: 200, bytes: 2 })
      expect(textOf(exchange)).toBe('ok')
      expect(transport.connectionsOpened()).toBe(count)
    }
    transport.destroy()
  })
})

test.for([
  ['closed', (socket: Socket) => socket.end()],
  ['reset', (socket: Socket) => socket.resetAndDestroy()],
  ['used without being asked', (socket: Socket) => socket.write(`${ok}\r\nok`)],
] as const)('an idle connection that is %s carries no more', async ([, disturb]) => {
  await using server = await startRaw(() => {})
  const opened = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const dial = createDial({ origin: server.origin, insecure: false })
  const connection = createConnection({ dial, onConnect: () => opened.resolve(), onIdleEnd: ended.resolve })
  await opened.promise
  await expect.poll(() => server.sockets.length).toBe(1)
  expect(connection.isUsable(performance.now())).toBe(true)
  disturb(server.sockets[0]!)
  await ended.promise
  expect(connection.isUsable(performance.now())).toBe(false)
  connection.close()
})

describe('a request fails with its reason, and the next one does not', () => {
  test.for([
    ['closed early', (socket: Socket) => socket.end(`${ok}\r\no`)],
    ['closed early', (socket: Socket) => socket.end()],
    ['ECONNRESET', (socket: Socket) => socket.resetAndDestroy()],
    ['malformed answer', (socket: Socket) => socket.write('nothing of HTTP\r\n\r\n')],
    ['head too large', (socket: Socket) => socket.write(`${ok}x: ${'y'.repeat(20_000)}\r\n\r\nok`)],
  ] as const)('%s', async ([failure, answer]) => {
    await using server = await startRaw((socket, _request, connection) => {
      if (connection === 1) answer(socket)
      else socket.write(`${ok}\r\nok`)
    })
    const transport = connect(server.origin)
    expect(await send(transport)).toMatchObject({ failure, problem: failure })
    expect(await send(transport)).toMatchObject({ failure: null, status: 200 })
    transport.destroy()
  })

  test('ECONNREFUSED', async () => {
    const gone = await startRaw(() => {})
    await gone[Symbol.asyncDispose]()
    const transport = connect(gone.origin)
    expect(await send(transport)).toMatchObject({ failure: 'ECONNREFUSED' })
    expect((await send(transport)).writtenAt).toBeNaN()
    transport.destroy()
  })

  test('what cannot be sent is not', async () => {
    await using server = await startRaw((socket) => socket.write(`${ok}\r\nok`))
    const transport = connect(server.origin)
    const wrong = createStep('GET /', { method: 'GET', path: '/' }, { headers: { 'x-name': 'a\r\nb: c' } })
    expect(await send(transport, wrong)).toMatchObject({ failure: 'invalid header x-name', status: 0 })
    expect(await send(transport)).toMatchObject({ failure: null })
    expect(transport.connectionsOpened()).toBe(1)
    transport.destroy()
  })
})

test('an answer to HEAD has no body, and the connection goes on', async () => {
  await using server = await startRaw((socket, request) => {
    socket.write(
      request.startsWith('HEAD') ? `HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n` : `${ok}\r\nok`,
    )
  })
  const transport = connect(server.origin)
  expect(await send(transport, { ...get, method: 'HEAD' })).toMatchObject({ failure: null, bytes: 0 })
  expect(textOf(await send(transport))).toBe('ok')
  expect(transport.connectionsOpened()).toBe(1)
  transport.destroy()
})

describe('bodies of a megabyte go there and back', () => {
  const text = 'naïve '.repeat(170_000)
  const post = createStep('POST /', { method: 'POST', path: '/' }, { body: text })

  test.for([
    ['over TCP', startServer],
    ['over TLS, with its session', startTlsServer],
  ] as const)('%s', async ([, start]) => {
    await using server = await start((request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' })
      request.pipe(response)
    })
    const transport = connect(server.origin)
    for (let count = 1; count <= 3; count++) expect(textOf(await send(transport, post))).toBe(text)
    expect(transport.connectionsOpened()).toBe(1)
    transport.destroy()
  })
})

test('several connections at a time keep their answers apart', async () => {
  await using server = await startServer((request, response) => response.end(request.url!.repeat(2000)))
  const transport = connect(server.origin, 8)
  const paths = Array.from({ length: 64 }, (_, index) => `/${index}`)
  const exchanges = await Promise.all(paths.map((path) => send(transport, { ...get, path })))
  expect(exchanges.map(textOf)).toEqual(paths.map((path) => path.repeat(2000)))
  expect(transport.connectionsOpened()).toBe(8)
  transport.destroy()
})

test('a name with more than one address is tried until one answers', async () => {
  await using server = await startRaw((socket) => socket.write(`${ok}\r\nok`))
  const transport = connect(server.origin.replace('127.0.0.1', 'localhost'))
  expect(textOf(await send(transport))).toBe('ok')
  transport.destroy()
})
