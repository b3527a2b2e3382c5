import { Buffer } from 'node:buffer'
import http, { type RequestListener } from 'node:http'
import { PassThrough } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { createCompression, type CompressionOptions } from '@hotpath/http'
import express from 'express'
import { expect, test } from 'vitest'
import { askCoded, listen, words } from './coded.ts'

const text = words(20_000)
const json = { 'content-type': 'application/json' }
const browser = { 'accept-encoding': 'gzip, deflate, br, zstd' }

const compressing = (listener: RequestListener, options: CompressionOptions = {}) =>
  listen(createCompression(options).wrap(listener))

test.each(['br', 'zstd', 'gzip'])('sends %s to who asks for it, whole or in pieces', async (coding) => {
  await using app = await compressing((request, response) => {
    response.writeHead(200, { ...json, etag: '"v1"', 'accept-ranges': 'bytes' })
    if (request.url === '/whole') return response.end(text)
    for (let at = 0; at < text.length; at += 1_000) response.write(text.slice(at, at + 1_000))
    return response.end()
  })
  for (const path of ['/whole', '/pieces']) {
    const answer = await askCoded({ port: app.port, path, headers: { 'accept-encoding': coding } })
    expect(answer.text).toBe(text)
    expect(answer.wire.length).toBeLessThan(text.length / 2)
    expect(answer.headers).toMatchObject({
      'content-encoding': coding,
      etag: `"v1-${coding}"`,
      vary: 'Accept-Encoding',
    })
    expect(answer.headers['accept-ranges']).toBeUndefined()
  }
})

test('leaves alone what is small, compressed already, partial, forbidden or not asked for', async () => {
  const heads: Record<string, Record<string, string>> = {
    '/image': { 'content-type': 'image/png' },
    '/woff': { 'content-type': 'font/woff2' },
    '/zip': { 'content-type': 'application/zip' },
    '/events': { 'content-type': 'text/event-stream' },
    '/unknown': {},
    '/coded': { ...json, 'content-encoding': 'x-own' },
    '/forbidden': { ...json, 'cache-control': 'private, no-transform' },
    '/partial': { ...json, 'content-range': `bytes 0-${text.length - 1}/99999` },
    '/small': json,
  }
  await using app = await compressing((request, response) => {
    response.writeHead(request.url === '/partial' ? 206 : 200, heads[request.url!])
    response.end(request.url === '/small' ? text.slice(0, 1_023) : text)
  })
  for (const path of Object.keys(heads)) {
    const request = http.get({ port: app.port, path, headers: browser, agent: false })
    const [response] = (await new Promise((resolve) =>
      request.once('response', (one) => resolve([one])),
    )) as [http.IncomingMessage]
    response.resume()
    expect([path, response.headers['content-encoding']]).toEqual([path, heads[path]!['content-encoding']])
    expect([path, response.headers.vary]).toEqual([path, undefined])
  }
  await using all = await compressing((_request, response) => response.writeHead(200, json).end(text))
  for (const headers of [{}, { ...browser, 'x-no-compression': '1' }, { 'accept-encoding': 'br;q=0' }]) {
    const answer = await askCoded({ port: all.port, headers })
    expect(answer.headers).toMatchObject({ vary: 'Accept-Encoding', 'content-length': String(text.length) })
    expect(answer.headers['content-encoding']).toBeUndefined()
  }
})

test('answers HEAD with the head of GET, and no body', async () => {
  await using app = await compressing((_request, response) => {
    response.writeHead(200, { ...json, etag: '"v1"', 'content-length': text.length }).end(text)
  })
  const answer = await askCoded({ port: app.port, method: 'HEAD', headers: { 'accept-encoding': 'br' } })
  expect(answer.wire.length).toBe(0)
  expect(answer.headers).toMatchObject({ 'content-encoding': 'br', etag: '"v1-br"' })
  expect(answer.headers['content-length']).toBeUndefined()
})

test('lets conditions work with the tags that clients got, on Express too', async () => {
  const application = express()
  application.set('etag', 'strong')
  application.get('/', (_request, response) => void response.json({ text }))
  application.put('/', (request, response) => void response.json({ said: request.get('if-match') }))
  await using app = await compressing(application)
  const first = await askCoded({ port: app.port, headers: browser })
  const etag = first.headers.etag!
  expect(etag).toMatch(/-zstd"$/)
  expect(JSON.parse(first.text)).toEqual({ text })
  const again = await askCoded({ port: app.port, headers: { ...browser, 'if-none-match': etag } })
  expect([again.status, again.headers.etag, again.wire.length]).toEqual([304, etag, 0])
  const put = await askCoded({ port: app.port, method: 'PUT', headers: { 'if-match': etag } })
  expect(JSON.parse(put.text).said).toBe(`${etag}, ${etag.replace('-zstd', '')}`)
})

test('lets a slow stream arrive as it is made', async () => {
  const source = new PassThrough()
  await using app = await compressing((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' }).flushHeaders()
    source.pipe(response)
  })
  const request = http.get({ port: app.port, headers: { 'accept-encoding': 'gzip' }, agent: false })
  const response = await new Promise<http.IncomingMessage>((resolve) => request.once('response', resolve))
  const decoded = response.pipe(createGunzip()).setEncoding('utf8')
  for (const line of ['first\n', 'second\n']) {
    source.write(line)
    const [arrived] = (await new Promise((resolve) => decoded.once('data', (...data) => resolve(data)))) as [
      string,
    ]
    expect(arrived).toBe(line)
  }
  source.end()
  await new Promise((resolve) => decoded.once('end', resolve).resume())
})

test('keeps to the pace of its client, and loses nothing', async () => {
  const large = Buffer.alloc(6_000_000, words(50_000))
  let isHeld = false
  await using app = await compressing((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': large.length })
    let at = 0
    const more = (): void => {
      while (at < large.length) {
        const flows = response.write(large.subarray(at, at + 65_536))
        at += 65_536
        if (flows) continue
        isHeld = true
        response.once('drain', more)
        return
      }
      response.end()
    }
    more()
  })
  const answer = await askCoded({ port: app.port, headers: { 'accept-encoding': 'zstd' } })
  expect(answer.text === large.toString()).toBe(true)
  expect(isHeld).toBe(true)
})

test('breaks off what its handler broke off, instead of making it look whole', async () => {
  await using app = await compressing((_request, response) => {
    response.writeHead(200, { ...json, 'content-length': text.length })
    response.write(text.slice(0, 5_000))
    response.end()
  })
  await expect(askCoded({ port: app.port, headers: browser })).rejects.toThrow(/aborted|hang up/)
})

test('tells a handler at once that it has answered, and refuses a second answer as Node does', async () => {
  const seen: unknown[] = []
  await using app = await compressing((_request, response) => {
    response.writeHead(200, json)
    response.end(text, () => seen.push('sent'))
    seen.push(response.headersSent, response.writableEnded, response.write('more'))
    response.end('again')
    try {
      response.setHeader('late', '1')
    } catch (error) {
      seen.push((error as { code: string }).code)
    }
  })
  expect((await askCoded({ port: app.port, headers: browser })).text).toBe(text)
  expect(seen).toEqual([true, true, false, 'ERR_HTTP_HEADERS_SENT', 'sent'])
})

test('sends bodies as they are while too many wait, unless a client refuses that', async () => {
  let waiting: http.ServerResponse[] = []
  const listener: RequestListener = (_request, response) => {
    waiting.push(response)
    if (waiting.length < 6) return
    for (const one of waiting) one.writeHead(200, json).end(text)
    waiting = []
  }
  await using app = await compressing(listener, { maxWaiting: 2 * text.length, concurrency: 1 })
  const ask = (accepted: string) =>
    Promise.all(
      Array.from({ length: 6 }, () => askCoded({ port: app.port, headers: { 'accept-encoding': accepted } })),
    )
  const answers = await ask('br')
  expect(answers.every((answer) => answer.text === text)).toBe(true)
  expect(answers.filter(({ headers }) => headers['content-encoding'] === undefined)).toHaveLength(4)
  const strict = await ask('br, identity;q=0')
  expect(strict.every((answer) => answer.headers['content-encoding'] === 'br' && answer.text === text)).toBe(
    true,
  )
})

test('puts a head back that Node refused', async () => {
  await using app = await compressing((_request, response) => {
    response.setHeader('content-type', 'text/plain')
    response.setHeader('content-length', text.length)
    try {
      response.writeHead(200, 'bad\nreason')
    } catch {
      response.statusMessage = ''
      response.removeHeader('content-length')
      response.writeHead(500, { 'content-type': 'image/png' }).end(text)
    }
  })
  const answer = await askCoded({ port: app.port, headers: browser })
  expect([answer.status, answer.text, answer.headers['content-encoding']]).toEqual([500, text, undefined])
})

test.each([{ concurrency: 0 }, { maxStreams: 1.5 }])('refuses %j', (options) => {
  expect(() => createCompression(options)).toThrow(/compress/)
})
