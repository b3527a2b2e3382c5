import { Buffer } from 'node:buffer'
import http from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { createRequestDecompression, type RequestDecompressionOptions } from '@hotpath/http'
import express from 'express'
import fastify from 'fastify'
import { expect, test } from 'vitest'
import { askCoded, listen, words } from './coded.ts'

const body = JSON.stringify({ text: words(5_000) })
const encoders = { br: brotliCompressSync, zstd: zstdCompressSync, gzip: gzipSync, deflate: deflateSync }

/** Answers with what its handler was given. */
const echoing = (options: RequestDecompressionOptions = {}) =>
  listen(
    createRequestDecompression(options).wrap((request, response) => {
      const { 'content-encoding': coding, 'content-length': length } = request.headers
      const raw = request.rawHeaders.filter((name) => /^content-(?:encoding|length)$/i.test(name))
      void text(request).then((given) => response.end(JSON.stringify({ coding, length, raw, body: given })))
    }),
  )

const post = (port: number, given: Buffer | string, coding: string) =>
  askCoded({ port, method: 'POST', headers: { 'content-encoding': coding }, body: given })

test.each(Object.entries(encoders))('gives the handler what was sent in %s', async (coding, encode) => {
  await using app = await echoing()
  const answer = await post(app.port, encode(Buffer.from(body)), coding)
  expect(JSON.parse(answer.text)).toEqual({ length: String(body.length), raw: ['Content-Length'], body })
})

test('leaves bodies alone that are in no coding', async () => {
  await using app = await echoing()
  expect(JSON.parse((await post(app.port, body, 'identity')).text)).toMatchObject({ body })
  expect(JSON.parse((await askCoded({ port: app.port, method: 'POST', body })).text)).toMatchObject({ body })
})

test('is read by the parsers of Express and Fastify', async () => {
  const { wrap } = createRequestDecompression()
  const application = express().use(express.json())
  application.post(
    '/',
    (request, response) => void response.json({ got: request.body.text.length, ip: request.ip }),
  )
  await using server = await listen(wrap(application))
  const headers = { 'content-type': 'application/json', 'content-encoding': 'zstd' }
  const sent = { method: 'POST', headers, body: zstdCompressSync(body) }
  const expected = { got: JSON.parse(body).text.length, ip: '127.0.0.1' }
  expect(JSON.parse((await askCoded({ port: server.port, ...sent })).text)).toEqual(expected)
  const other = fastify({ serverFactory: (handler) => http.createServer(wrap(handler)) })
  other.post('/', (request, reply) => {
    void reply.send({ got: (request.body as { text: string }).text.length, ip: request.ip })
  })
  await other.listen({ port: 0, host: '127.0.0.1' })
  const { port } = other.server.address() as { port: number }
  expect(JSON.parse((await askCoded({ port, ...sent })).text)).toEqual(expected)
  await other.close()
})

interface Refused {
  what: string
  status: number
  options?: RequestDecompressionOptions
  given: Buffer | string
  coding: string
}

const refused: Refused[] = [
  {
    what: 'more than may come',
    status: 413,
    options: { maxCompressedBytes: 100 },
    given: gzipSync(body),
    coding: 'gzip',
  },
  {
    what: 'more than may be decoded',
    status: 413,
    options: { maxBytes: 1_000 },
    given: gzipSync(body),
    coding: 'gzip',
  },
  { what: 'a bomb', status: 413, given: gzipSync(Buffer.alloc(900_000)), coding: 'gzip' },
  { what: 'what is not so coded', status: 400, given: body, coding: 'br' },
  { what: 'what breaks off', status: 400, given: gzipSync(body).subarray(0, -20), coding: 'gzip' },
  { what: 'an unknown coding', status: 415, given: body, coding: 'compress' },
  { what: 'two codings', status: 415, given: gzipSync(gzipSync(body)), coding: 'gzip, gzip' },
  { what: 'a name of Object.prototype', status: 415, given: body, coding: 'constructor' },
  {
    what: 'too much at one time',
    status: 503,
    options: { maxInFlight: 1_000 },
    given: gzipSync(body),
    coding: 'gzip',
  },
]

test.each(refused)('refuses $what with $status and a reason', async ({ status, options, given, coding }) => {
  await using app = await echoing(options)
  const answer = await post(app.port, given, coding)
  expect(answer.status).toBe(status)
  expect(answer.headers['content-type']).toContain('application/problem+json')
  expect(JSON.parse(answer.text)).toMatchObject({ status, detail: expect.stringMatching(/\w/) })
  expect(answer.headers['accept-encoding']).toBe(status === 415 ? 'zstd, br, gzip, deflate' : undefined)
})

test('measures a body whose length was not announced', async () => {
  await using app = await echoing({ maxCompressedBytes: 1_000 })
  const noise = Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * 7919) % 251))
  const headers = { 'content-encoding': 'gzip', 'transfer-encoding': 'chunked' }
  const answer = await askCoded({
    port: app.port,
    method: 'POST',
    headers,
    body: gzipSync(noise, { level: 0 }),
  })
  expect(answer.status).toBe(413)
})

test('gives the memory back of a client that leaves', async () => {
  let reached = 0
  await using app = await listen(
    createRequestDecompression({ maxInFlight: 20_000 }).wrap((_request, response) => {
      reached += 1
      response.end('ok')
    }),
  )
  const coded = gzipSync(words(15_000))
  const head = `POST / HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: ${coded.length}\r\n\r\n`
  for (let index = 0; index < 5; index++) {
    const socket = connect(app.port, '127.0.0.1')
    socket.write(head)
    socket.write(coded.subarray(0, -8), () => socket.destroy())
    await new Promise((resolve) => socket.once('close', resolve))
  }
  await expect.poll(async () => (await post(app.port, coded, 'gzip')).status).toBe(200)
  expect(reached).toBe(1)
})

test('refuses a ratio that no body keeps', () => {
  expect(() => createRequestDecompression({ maxRatio: 1 })).toThrow(/maxRatio/)
})
