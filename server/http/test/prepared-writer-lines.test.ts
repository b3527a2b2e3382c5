import { once } from 'node:events'
import http from 'node:http'
import { type AddressInfo, connect, createServer } from 'node:net'
import { Duplex } from 'node:stream'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { addOuterLines } from '../src/outer-lines.ts'
import { isPreparable, sampleResponse, writePrepared } from '../src/prepared-writer.ts'
import { rawAnswer } from './raw-answer.ts'
import { serve } from './serving.ts'

const routes = [route('GET /x', { fresh: '1m' })]
const body = 'b'.repeat(500)

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
    const answer = await rawAnswer(app, request)
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
