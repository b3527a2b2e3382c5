import { Buffer } from 'node:buffer'
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { route } from '@hotpath/core'
import { sendProblem } from '@hotpath/http/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { get, open } from './fast-path/connection.ts'
import { gate, serve, type Serving } from './serving.ts'

const large = 'b'.repeat(70_000)

const bodies: Record<string, RequestListener> = {
  '/large': (_request, response) => response.end(large),
  '/small': (_request, response) => response.end('small'),
  '/bytes': (_request, response) => response.setHeader('Cache-Control', 'no-store').end(Buffer.from('bytes')),
  '/hinted': (_request, response) => {
    response.setHeader('Cache-Control', 'no-store')
    response.writeEarlyHints({ link: '</style.css>; rel=preload' })
    response.end(Buffer.from('hinted'))
  },
}

let slow = gate()
let app: Serving
beforeAll(async () => {
  const listener: RequestListener = (request, response) => {
    if (request.url === '/slow') void slow.opened.then(() => response.end('slow'))
    else bodies[request.url!]!(request, response)
  }
  app = await serve(listener, {
    routes: [route('GET /large', { fresh: '1m' }), route('GET /small', { fresh: '1m' })],
    build(cache) {
      const cached = cache.wrap(listener)
      return http.createServer((request, response) => {
        if (request.url === '/refused') return sendProblem(response, { status: 429 })
        cached(request, response)
      })
    },
  })
  await using connection = await open(app)
  for (const [path, end] of [
    ['/large', large],
    ['/small', 'small'],
  ] as const) {
    await connection.ask(get(path), end)
    expect(await connection.ask(get(path), end)).toContain('hotpath; hit')
  }
})
afterAll(() => app[Symbol.asyncDispose]())

/** What follows the answer that others wait for on their connection, as soon as it holds `end`. */
async function behindSlow(request: string, end: string): Promise<string> {
  slow = gate()
  await using connection = await open(app)
  const responses: ServerResponse[] = []
  const remember = (_request: IncomingMessage, response: ServerResponse) => void responses.push(response)
  app.server.on('request', remember)
  connection.send(get('/slow') + request)
  // The second is queued: its head, and with it its body.
  await expect.poll(() => responses[1]?.writableLength).toBeGreaterThan(150)
  app.server.off('request', remember)
  slow.open()
  const came = await connection.until(end)
  return came.slice(came.indexOf('slow') + 4)
}

const expecting = 'Expect: 100-continue'

test.each([
  { what: 'a large hit', request: get('/large', expecting), body: large },
  { what: 'a small hit', request: get('/small', expecting), body: 'small' },
  { what: 'a part of a hit', request: get('/large', expecting, 'Range: bytes=0-9'), body: 'b'.repeat(10) },
  { what: 'bytes of the handler', request: get('/bytes', expecting), body: 'bytes' },
  { what: 'a refusal', request: get('/refused', expecting), body: '"status":429}' },
])('the 100 that is due stands before $what, which waits its turn', async ({ request, body }) => {
  const came = await behindSlow(request, body)
  expect(came).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 [24]/)
  expect(came.lastIndexOf('HTTP/1.1')).toBe(25)
  const [, head, ...rest] = came.split('\r\n\r\n')
  expect(rest.join('').length).toBe(Number(/content-length: (\d+)/i.exec(head!)![1]))
  expect(came.endsWith(body)).toBe(true)
})

test('early hints stand before the answer that waits its turn', async () => {
  const came = await behindSlow(get('/hinted'), 'hinted')
  expect(came).toMatch(/^HTTP\/1\.1 103 Early Hints\r\n[^]*\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nhinted$/)
})

test('the head of an answer without a body is not sent before its end, as node:http has it', async () => {
  slow = gate()
  let isWritten = false
  await using server = await serve((request, response) => {
    if (request.method === 'HEAD') isWritten = response.write('no part of the answer')
    else void slow.opened.then(() => response.end('slow'))
  })
  await using connection = await open(server)
  connection.send(`${get('/slow')}HEAD /never-ends HTTP/1.1\r\nHost: a.example\r\n${expecting}\r\n\r\n`)
  await expect.poll(() => isWritten).toBe(true)
  slow.open()
  await connection.until('slow')
  connection.half()
  expect((await connection.closed()).match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 100'])
})

test('a connection that Node has paused stays paused while an answer waits its turn', async () => {
  slow = gate()
  let arrived = 0
  await using server = await serve((request, response) => {
    arrived += 1
    if (request.url === '/slow') void slow.opened.then(() => response.end('slow'))
    else response.setHeader('Cache-Control', 'no-store').end(`${large}${request.url}`)
  })
  await using connection = await open(server)
  connection.send(get('/first') + get('/slow') + get('/third'))
  // Read while answers are due, it would end the connection.
  connection.half()
  await expect.poll(() => arrived).toBe(3)
  await connection.until('b/first')
  slow.open()
  expect((await connection.closed()).endsWith('b/third')).toBe(true)
})
