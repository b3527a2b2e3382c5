import type { IncomingHttpHeaders, RequestListener, ServerResponse } from 'node:http'
import { brotliCompressSync, constants } from 'node:zlib'
import { route } from '@hotpath/core'
import compression from 'compression'
import express from 'express'
import { expect, test } from 'vitest'
import { advance, serve, type Serving, type ServingOptions, stoppedClock } from '../serving.ts'
import { askCoded, type CodedAnswer, words } from './coded.ts'

const text = JSON.stringify({ text: words(50_000) })
const routes = [route('GET /x', { fresh: '1m', stale: '1m', tags: () => ['x'] })]
const browser = { 'accept-encoding': 'gzip, deflate, br, zstd' }

/** An application that answers JSON and counts its runs; what the handler saw of the request is kept. */
async function counting(options: ServingOptions & { head?: Record<string, string>; body?: string } = {}) {
  const { head = {}, body = text, ...given } = options
  const seen: IncomingHttpHeaders[] = []
  const listener: RequestListener = (request, response) => {
    seen.push({ ...request.headers })
    response.writeHead(200, { 'content-type': 'application/json', ...head }).end(body)
  }
  const app = await serve(listener, { routes, ...given })
  return Object.assign(app, { seen })
}

const ask = (
  { port }: Serving,
  headers: Record<string, string> = browser,
  path = '/x',
): Promise<CodedAnswer> => askCoded({ port, path, headers })

const codingOf = ({ headers }: CodedAnswer) => headers['content-encoding']

/** Asks until the answer comes in this coding. */
async function askFor(app: Serving, coding: string): Promise<CodedAnswer> {
  const asked = { 'accept-encoding': coding }
  await expect.poll(async () => codingOf(await ask(app, asked))).toBe(coding)
  return ask(app, asked)
}

test('makes each coding once, whatever is asked, from one run of the handler', async () => {
  await using app = await counting()
  const first = await ask(app)
  expect([codingOf(first), first.text === text]).toEqual(['br', true])
  const tags = new Set<unknown>()
  for (const coding of ['br', 'zstd', 'gzip']) {
    const answer = await askFor(app, coding)
    expect(answer.text === text).toBe(true)
    expect(answer.headers).toMatchObject({
      'content-length': String(answer.wire.length),
      'cache-status': expect.stringContaining('hit'),
      vary: 'Accept-Encoding',
    })
    tags.add(answer.headers.etag)
    for (let index = 0; index < 4; index++) {
      expect((await ask(app, { 'accept-encoding': coding })).wire.equals(answer.wire)).toBe(true)
    }
  }
  const plain = await ask(app, {})
  expect([codingOf(plain), plain.text === text, plain.headers.vary]).toEqual([
    undefined,
    true,
    'Accept-Encoding',
  ])
  expect(tags.add(plain.headers.etag).size).toBe(4)
  expect(app.seen).toHaveLength(1)
  expect(app.seen[0]!['accept-encoding']).toBeUndefined()
})

test('is no larger than Brotli at quality 5', async () => {
  await using app = await counting()
  const { wire } = await askFor(app, 'br')
  const params = { [constants.BROTLI_PARAM_QUALITY]: 5 }
  expect(wire.length).toBeLessThanOrEqual(1.02 * brotliCompressSync(text, { params }).length)
})

test('counts its forms in bytes, and drops them with the response', async () => {
  await using app = await counting()
  await ask(app, {})
  const { bytes } = app.cache.stats()
  const { wire } = await askFor(app, 'gzip')
  expect(app.cache.stats().bytes).toBeGreaterThanOrEqual(bytes + wire.length)
  await advance(app.tags, ['x'])
  expect((await ask(app)).headers['cache-status']).toContain('fwd=miss')
  expect(app.seen).toHaveLength(2)
  expect(app.cache.stats().bytes).toBeLessThan(bytes + text.length)
})

test('answers 304 to the tag of any form, and names that form', async () => {
  await using app = await counting()
  const plain = (await ask(app, {})).headers.etag!
  const coded = (await askFor(app, 'br')).headers.etag!
  expect(coded).toBe(plain.replace(/"$/, '-br"'))
  const unmade = plain.replace(/"$/, '-zstd"')
  for (const etag of [plain, coded, unmade]) {
    const answer = await ask(app, { ...browser, 'if-none-match': `"other", ${etag}` })
    expect([answer.status, answer.headers.etag, answer.wire.length]).toEqual([304, etag, 0])
    expect(answer.headers.vary).toBe('Accept-Encoding')
    expect(codingOf(answer)).toBeUndefined()
  }
  const other = await ask(app, { ...browser, 'if-none-match': coded.replace('-br', '-xz') })
  expect(other.status).toBe(200)
})

test('answers the 304 of a miss with the tag that the client has', async () => {
  await using app = await counting({ head: { etag: '"v1"' } })
  const answer = await ask(app, { ...browser, 'if-none-match': '"v1-br"' })
  expect([answer.status, answer.headers.etag]).toEqual([304, '"v1-br"'])
  expect(app.seen[0]!['if-none-match']).toBeUndefined()
})

test('answers HEAD with the head of the form that GET would get', async () => {
  await using app = await counting()
  const { headers, wire } = await askFor(app, 'br')
  const head = await askCoded({
    port: app.port,
    path: '/x',
    method: 'HEAD',
    headers: { 'accept-encoding': 'br' },
  })
  expect(head.wire.length).toBe(0)
  expect(head.headers).toMatchObject({
    'content-encoding': 'br',
    'content-length': String(wire.length),
    etag: headers.etag,
  })
})

test('sends a body as it is where the client or the response wants that', async () => {
  await using app = await counting()
  await askFor(app, 'br')
  for (const headers of [
    { ...browser, 'x-no-compression': '1' },
    { ...browser, 'cache-control': 'no-transform' },
    { 'accept-encoding': 'identity, br;q=0.5' },
    { 'accept-encoding': 'br;q=0' },
  ]) {
    expect([headers, codingOf(await ask(app, headers))]).toEqual([headers, undefined])
  }
  await using fixed = await counting({ head: { 'cache-control': 'max-age=60, no-transform' } })
  await using small = await counting({ body: text.slice(0, 1_000) })
  await using image = await counting({ head: { 'content-type': 'image/webp' } })
  await using off = await counting({ compress: false })
  for (const other of [fixed, small, image, off]) {
    for (let index = 0; index < 3; index++) {
      const answer = await ask(other)
      expect([codingOf(answer), answer.headers.vary]).toEqual([undefined, undefined])
    }
    expect(other.cache.stats()).toMatchObject({ misses: 1, hits: 2 })
  }
  expect(off.seen[0]!['accept-encoding']).toBe(browser['accept-encoding'])
})

test('codes the body for a client that takes no other, even before the form is made', async () => {
  await using app = await counting()
  await ask(app, {})
  const strict = { 'accept-encoding': 'gzip, identity;q=0' }
  const answers = await Promise.all(Array.from({ length: 5 }, () => ask(app, strict)))
  for (const answer of answers) expect([codingOf(answer), answer.text === text]).toEqual(['gzip', true])
  expect(app.seen).toHaveLength(1)
})

test('says Age and the rest of the head of now in every form', async () => {
  const time = stoppedClock()
  await using app = await counting({ clock: time.clock })
  await askFor(app, 'br')
  time.pass(3_000)
  for (let index = 0; index < 3; index++) {
    const { headers } = await ask(app, { 'accept-encoding': 'br' })
    expect(headers).toMatchObject({ age: '3', 'cache-status': expect.stringContaining('ttl=57') })
  }
})

test('lets an application compress that always did, and takes it over from then on', async () => {
  let runs = 0
  const application = express()
  application.use(compression())
  application.get('/y', (_request, response: ServerResponse) => {
    runs += 1
    response.setHeader('cache-control', 'max-age=60')
    response.setHeader('content-type', 'application/json')
    response.end(text)
  })
  await using app = await serve(application, { routes })
  const codings = []
  for (const accepted of ['gzip', 'br', 'zstd', 'deflate', 'gzip;q=0.5', 'br, gzip']) {
    const answer = await ask(app, { 'accept-encoding': accepted }, '/y')
    expect(answer.text === text).toBe(true)
    codings.push(codingOf(answer))
  }
  expect(codings[0]).toBe('gzip')
  expect(runs).toBe(2)
  const accepted = { 'accept-encoding': 'zstd' }
  await expect.poll(async () => codingOf(await ask(app, accepted, '/y'))).toBe('zstd')
  expect(runs).toBe(2)
})

test('refreshes behind a stale answer without asking the handler for a coding', async () => {
  const time = stoppedClock()
  await using app = await counting({ clock: time.clock })
  await askFor(app, 'br')
  time.pass(61_000)
  expect((await ask(app)).headers['cache-status']).toMatch(/ttl=-/)
  await expect.poll(() => app.seen.length).toBe(2)
  expect(app.seen[1]!['accept-encoding']).toBeUndefined()
  const renewed = await askFor(app, 'br')
  expect(renewed.headers['cache-status']).toContain('ttl=60')
})

test('compresses what is not stored, too, and leaves it to its client', async () => {
  await using app = await serve(
    (request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'private' })
      response.end(text.replace('ballot', request.headers.cookie ?? 'nobody'))
    },
    { routes: [] },
  )
  for (const user of ['ann', 'bob']) {
    const answer = await ask(app, { ...browser, cookie: user }, '/me')
    expect([codingOf(answer), answer.text.includes(user)]).toEqual(['zstd', true])
  }
  expect(app.cache.stats().entries).toBe(0)
})
