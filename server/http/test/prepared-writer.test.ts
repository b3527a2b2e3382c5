import { once } from 'node:events'
import http, { type RequestListener } from 'node:http'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { addOuterLines } from '../src/outer-lines.ts'
import { canPrepare, isPreparable, sampleResponse, writePrepared } from '../src/prepared-writer.ts'
import { type Serving, serve, stoppedClock } from './serving.ts'

const routes = [route('GET /x', { fresh: '1m' }), route('GET /large', { fresh: '1m' })]
const body = 'b'.repeat(500)

/** The raw bytes of one answer, without what the kernel or the wall clock decide. */
function raw(app: Serving, head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let bytes = ''
    const socket = connect(app.port, '127.0.0.1').setEncoding('latin1').once('error', reject)
    socket.on('data', (text: string) => {
      bytes += text
      if (bytes.endsWith('b') || !bytes.includes('200 OK')) socket.end()
    })
    socket.once('close', () => resolve(bytes))
    socket.write(head)
  })
}

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
    await raw(app, request),
    await raw(app, request),
    await raw(app, request),
    await raw(app, request),
  ]
  expect(plain).toContain('Keep-Alive: timeout=5')
  expect([second, prepared, again]).toEqual([plain, plain, plain])
  time.pass(3_000)
  const later = await raw(app, request)
  expect(later).toBe(plain.replace('Age: 0', 'Age: 3').replace('ttl=60', 'ttl=57'))
})

test('goes on telling HTTP/1.0, close, HEAD, conditions and foreign headers apart', async () => {
  await using app = await serve((_request, response) => response.end(body), { routes })
  const { headers } = await app.get('/x')
  for (let index = 0; index < 4; index++) await app.get('/x')
  const line = (rest: string) => `${rest}\r\nHost: 127.0.0.1:${app.port}\r\n`
  expect(await raw(app, `${line('GET /x HTTP/1.0')}\r\n`)).toContain('Connection: close')
  expect(await raw(app, `${line('GET /x HTTP/1.1')}Connection: close\r\n\r\n`)).toContain('Connection: close')
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

test('leaves a response alone that something in front has touched', async () => {
  let requests = 0
  let seen = 0
  await using app = await serve(() => {}, {
    routes,
    build(cache) {
      const wrapped = cache.wrap((_request, response) => response.end(body))
      return http.createServer((request, response) => {
        requests += 1
        if (requests % 2 === 0) response.setHeader('x-number', requests)
        const end = response.end.bind(response) as (...args: unknown[]) => typeof response
        if (requests % 3 === 0) {
          response.end = (...args: unknown[]) => {
            seen += (args[0] as Buffer).length
            return end(...args)
          }
        }
        wrapped(request, response)
      })
    },
  })
  for (let number = 1; number <= 12; number++) {
    const answer = await app.get('/x')
    expect(answer.body).toBe(body)
    expect(answer.headers['x-number']).toBe(number % 2 === 0 ? String(number) : undefined)
  }
  expect(seen).toBe(4 * body.length)
})

/** Patches every response of this process the way monitoring agents do, while `act` runs. */
async function withPatchedHead(act: () => Promise<void>): Promise<void> {
  const prototype = http.ServerResponse.prototype
  const { writeHead } = prototype
  prototype.writeHead = function (this: http.ServerResponse, ...args: unknown[]) {
    this.setHeader('x-visitor', String(this.req.headers['x-visitor']))
    return (writeHead as (...args: unknown[]) => typeof this).apply(this, args)
  }
  try {
    await act()
  } finally {
    prototype.writeHead = writeHead
  }
}

const visitors = ['ann', 'bob', 'carl', 'dora', 'eve']

test('asks a patch of writeHead for each visitor, if Node was patched after the cache was loaded', async () => {
  await withPatchedHead(async () => {
    await using app = await serve((_request, response) => response.end(body), { routes })
    const answers = []
    for (const visitor of visitors) answers.push(await app.get('/x', { 'x-visitor': visitor }))
    expect(answers.map(({ headers }) => headers['x-visitor'])).toEqual(visitors)
    expect(app.cache.stats()).toMatchObject({ hits: 4 })
  })
})

test('prepares nothing if Node was patched before the cache was loaded, for all visitors or for one', async () => {
  const prototype = http.ServerResponse.prototype
  const { end } = prototype
  await withPatchedHead(async () => expect(await canPrepareLater('head')).toBe(false))
  prototype.end = function (this: http.ServerResponse, ...args: unknown[]) {
    if (this.req.headers['x-visitor'] === 'ann') this.setHeader('x-visitor', 'ann')
    return (end as (...args: unknown[]) => typeof this).apply(this, args)
  }
  try {
    expect(await canPrepareLater('end')).toBe(false)
  } finally {
    prototype.end = end
  }
  expect(await canPrepareLater('nothing')).toBe(true)
})

/** What the module says that is loaded now. */
async function canPrepareLater(name: string): Promise<boolean> {
  const later = `../src/prepared-writer.ts?patched=${name}`
  const writer = (await import(later)) as typeof import('../src/prepared-writer.ts')
  return writer.canPrepare()
}

test('asks a patch of end for each answer', async () => {
  const prototype = http.ServerResponse.prototype
  const { end } = prototype
  const seen: unknown[] = []
  await using app = await serve((_request, response) => response.end(body), { routes })
  await app.get('/x')
  prototype.end = function (this: http.ServerResponse, ...args: unknown[]) {
    seen.push(args[0])
    return (end as (...args: unknown[]) => typeof this).apply(this, args)
  }
  try {
    for (let index = 0; index < 4; index++) await app.get('/x')
  } finally {
    prototype.end = end
  }
  expect(seen.map(String)).toEqual([body, body, body, body])
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

/** A server whose answers repeat a number that the request carries, in a line of their own. */
const echoing = () =>
  serve(() => {}, {
    routes,
    build(cache) {
      const wrapped = cache.wrap((_request, response) => response.end(body))
      return http.createServer((request, response) => {
        addOuterLines(response, `X-Number: ${String(request.headers['x-number'])}\r\n`)
        wrapped(request, response)
      })
    },
  })

test('what waits to be written keeps its own lines, whoever is answered meanwhile', async () => {
  const received: string[] = []
  await using server = createServer((socket) =>
    socket.setEncoding('latin1').on('data', (text: string) => received.push(text)),
  ).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stored = sampleResponse()
  // A connection that is not there yet takes nothing, and holds what it was given.
  const sockets = ['1', '2', '3'].map((number) => {
    const socket = connect(port, '127.0.0.1')
    const request = new http.IncomingMessage(socket)
    Object.assign(request, { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 })
    const response = new http.ServerResponse(request)
    response.assignSocket(socket)
    addOuterLines(response, `X-Number: ${number}\r\n`)
    expect(isPreparable(request, response, stored)).toBe(true)
    writePrepared(response, stored, { form: stored.identity, now: 0 })
    return socket
  })
  await expect.poll(() => received.join('').split('sample').length - 1).toBe(3)
  const numbers = [...received.join('').matchAll(/X-Number: (\S+)/g)].map(([, number]) => number)
  expect(new Set(numbers)).toEqual(new Set(['1', '2', '3']))
  for (const socket of sockets) socket.destroy()
})

test('hands bytes of its own to a stream that is no socket, which may read them later', async () => {
  await using app = await echoing()
  await app.get('/x', { 'x-number': '0' })
  const given: Buffer[] = []
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      given.push(chunk)
      done()
    },
  })
  app.server.emit('connection', stream)
  for (const number of ['1', '2', '3']) {
    stream.push(`GET /x HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\nX-Number: ${number}\r\n\r\n`)
    await expect
      .poll(() => Buffer.concat(given).toString('latin1').split(body).length - 1)
      .toBe(Number(number))
  }
  const text = Buffer.concat(given).toString('latin1')
  expect([...text.matchAll(/X-Number: (\S+)/g)].map(([, number]) => number)).toEqual(['1', '2', '3'])
  stream.destroy()
})

test('carries lines of one request in every answer, prepared or not', async () => {
  let requests = 0
  await using app = await serve(() => {}, {
    routes,
    build(cache) {
      const wrapped = cache.wrap((_request, response) => response.end(body))
      return http.createServer((request, response) => {
        requests += 1
        addOuterLines(response, `X-Number: ${requests}\r\n`)
        addOuterLines(response, 'X-Who: ann\r\n')
        wrapped(request, response)
      })
    },
  })
  const request = `GET /x HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\n\r\n`
  const answers: string[] = []
  for (let number = 1; number <= 5; number++) {
    const answer = await raw(app, request)
    expect(answer).toContain(`X-Number: ${number}\r\nX-Who: ann\r\n`)
    answers.push(answer.replace(`X-Number: ${number}`, ''))
  }
  const [miss, ...hits] = answers
  expect(miss).toContain('fwd=miss')
  expect(new Set(hits).size).toBe(1)
  expect(hits[0]).toMatch(/^HTTP\/1.1 200 OK\r\n\r\nX-Who: ann\r\n/)
  const { etag } = (await app.get('/x')).headers
  const known = await app.get('/x', { 'if-none-match': etag! })
  const head = await app.ask('/x', { method: 'HEAD' })
  expect([known.status, known.headers['x-number'], head.headers['x-number']]).toEqual([304, '7', '8'])
  await app.ask('/x', { method: 'POST' })
  expect((await app.get('/x')).headers).toMatchObject({
    'x-number': '10',
    'cache-status': expect.stringContaining('miss'),
  })
})
