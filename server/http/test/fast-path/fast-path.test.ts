import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import http, { type RequestListener } from 'node:http'
import { connect } from 'node:net'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { said, published } from '../published.ts'
import { type Serving, serve, stoppedClock } from '../serving.ts'
import { get, listen, open, serveFast } from './connection.ts'

const routes = [
  route('GET /x', { fresh: '1m', tags: () => ['x'] }),
  route('GET /large', { fresh: '1m' }),
  route('GET /stale', { fresh: '1s', stale: '1h' }),
  route('GET /lang', { fresh: '1m' }),
  route('GET /old', { fresh: '1m' }),
]
const end = '-end'
const body = `${'b'.repeat(2_000)}${end}`
const large = `${'l'.repeat(200_000)}${end}`

let made = 0
const listener: RequestListener = (request, response) => {
  made += 1
  const path = request.url!.split('?')[0]
  if (path === '/lang') response.setHeader('Vary', 'Accept-Language')
  if (path === '/old') response.setHeader('Last-Modified', new Date(0).toUTCString())
  if (path === '/other') response.setHeader('Cache-Control', 'no-store')
  response.setHeader('Content-Type', 'text/plain')
  const language = request.headers['accept-language'] ?? ''
  response.end(path === '/large' ? large : `${path === '/x' ? body.slice(0, -4) : language}${made}${end}`)
}

/** What requests on a connection of their own are answered with, and by whom. */
async function answersTo(app: Serving, requests: readonly string[]) {
  using sorts = listen()
  await using connection = await open(app)
  const answers: string[] = []
  for (const request of requests)
    answers.push(await connection.ask(request, request.includes('HEAD') ? '\r\n\r\n' : end))
  await expect.poll(() => sorts.heard.length).toBe(requests.length)
  return { answers, sorts: sorts.heard }
}

test('answers a hit from the socket in the bytes of node:http, and says the same of it', async () => {
  const { clock } = stoppedClock()
  await using plain = await serve(listener, { routes, clock })
  await using fast = await serveFast(listener, { routes, clock })
  const requests = [
    get('/x'),
    get('/x', 'User-Agent: test', 'Cookie: a=b', 'X-Forwarded-For: 192.0.2.1'),
    get('/large'),
    get('/x?q=%20'),
  ]
  for (const app of [plain, fast]) {
    made = 0
    for (const request of requests) await answersTo(app, [request])
  }
  const ofNode = await answersTo(plain, requests)
  const ofSocket = await answersTo(fast, requests)
  expect(ofNode.sorts).toEqual(['node hit', 'node hit', 'node hit', 'node hit'])
  expect(ofSocket.sorts).toEqual(['socket hit', 'socket hit', 'socket hit', 'socket hit'])
  expect(ofSocket.answers).toEqual(ofNode.answers)
  const told = (app: Serving) => published(1, async () => void (await answersTo(app, [requests[2]!])))
  expect((await told(fast)).map(said)).toEqual((await told(plain)).map(said))
})

test('tells variants apart by Vary and by coding, and whether the client has the answer already', async () => {
  await using app = await serveFast(listener, { routes })
  const german = get('/lang', 'Accept-Language: de')
  const french = get('/lang', 'Accept-Language: fr')
  for (const request of [german, french]) await answersTo(app, [request])
  const { answers, sorts } = await answersTo(app, [german, french, german])
  expect(answers.map((answer) => /(de|fr)\d+-end/.exec(answer)![1])).toEqual(['de', 'fr', 'de'])
  expect(sorts).toEqual(['socket hit', 'socket hit', 'socket hit'])

  await using connection = await open(app)
  const coded = () => connection.ask(get('/x', 'Accept-Encoding: br'), '\r\n\r\n')
  await expect.poll(coded).toContain('Content-Encoding: br')

  const [whole] = (await answersTo(app, [get('/x')])).answers
  const etag = /ETag: (\S+)/.exec(whole!)![1]!
  await answersTo(app, [get('/old')])
  using heard = listen()
  await using again = await open(app)
  for (const condition of [`If-None-Match: W/"z", ${etag}`, 'If-None-Match: *']) {
    const answer = await again.ask(get('/x', condition), '\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 304 Not Modified\r\n[^]*Connection: keep-alive[^]*\r\n\r\n$/)
    expect(answer).toContain(`ETag: ${etag}`)
  }
  const since = `If-Modified-Since: ${new Date(0).toUTCString()}`
  expect(await again.ask(get('/old', since), '\r\n\r\n')).toContain('304 Not Modified')
  expect(heard.heard).toEqual(['socket hit', 'socket hit', 'socket hit'])
})

test.each([
  ['a miss', get('/lang'), 'node miss'],
  ['HEAD', get('/x').replace('GET', 'HEAD'), 'node hit'],
  ['a range', get('/x', 'Range: bytes=0-3000'), 'node hit'],
  ['a header that is not on the list', get('/x', 'X-A: b'), 'node hit'],
  ['HTTP/1.0', get('/x', 'Connection: keep-alive').replace('1.1', '1.0'), 'node hit'],
  ['an absolute target', get('/x').replace('/x', 'http://a.example/x'), 'node bypass'],
  ['a wish to be asked again that is obeyed', get('/x', 'Cache-Control: no-cache'), 'node miss'],
  ['an event stream', get('/x', 'Accept: text/event-stream'), 'node bypass'],
])('hands %s over to node:http, and answers what comes behind it', async (_, request, sort) => {
  await using app = await serveFast(listener, { routes, ignoreReload: false })
  await answersTo(app, [get('/x')])
  const { sorts } = await answersTo(app, [get('/x'), request, get('/x')])
  expect(sorts).toEqual(['socket hit', sort, 'socket hit'])
})

test('hands over what is stale, so that it is refreshed', async () => {
  const { clock, pass } = stoppedClock()
  await using app = await serveFast(listener, { routes, clock })
  await answersTo(app, [get('/stale')])
  expect((await answersTo(app, [get('/stale')])).sorts).toEqual(['socket hit'])
  pass(2_000)
  expect((await answersTo(app, [get('/stale')])).sorts).toEqual(['node stale'])
  await expect.poll(async () => (await answersTo(app, [get('/stale')])).sorts).toEqual(['socket hit'])
})

test('sees a purge, a changed tag and an unsafe method with the next request of a connection', async () => {
  await using app = await serveFast(listener, { routes })
  const changes = [
    () => app.cache.purge('/x'),
    () => app.cache.invalidate({ tags: ['x'] }),
    () => app.ask('/x', { method: 'POST', headers: { host: 'a.example' } }),
    () => app.cache.turn('GET /x', false),
  ]
  for (const change of changes) {
    await answersTo(app, [get('/x')])
    await using connection = await open(app)
    const before = await connection.ask(get('/x'), end)
    await change()
    const after = await connection.ask(get('/x'), end)
    expect(before).toContain('hotpath; hit')
    expect(after).not.toContain('hotpath; hit')
    expect(/\d+-end/.exec(after)).not.toEqual(/\d+-end/.exec(before))
  }
})

test('answers pipelined requests in their order, wherever they are answered and however they are cut', async () => {
  await using app = await serveFast(listener, { routes })
  await answersTo(app, [get('/x')])
  await answersTo(app, [get('/lang', 'Accept-Language: de')])
  const pipeline =
    get('/x') +
    get('/x') +
    get('/lang', 'Accept-Language: de') +
    get('/other') +
    get('/x') +
    get('/x', 'X-A: b')
  const bodies = (text: string) => text.match(/\r\n\r\n(?:b+|de|)\d+-end/g)!.map((found) => found.trim()[0])
  for (let cut = 1; cut < pipeline.length; cut += 7) {
    await using connection = await open(app)
    connection.send(pipeline.slice(0, cut))
    if (cut % 2 === 0) await new Promise(setImmediate)
    connection.send(pipeline.slice(cut))
    connection.half()
    expect(bodies(await connection.closed()), `cut at ${cut}`).toMatchObject({
      length: 6,
      0: 'b',
      2: 'd',
      4: 'b',
    })
  }
})

test('a client that does not read holds one answer and no more', async () => {
  await using app = await serveFast(listener, { routes })
  await answersTo(app, [get('/large')])
  using sorts = listen()
  let waiting = 0
  app.server.on('connection', (socket) => {
    const look = setInterval(() => (waiting = Math.max(waiting, socket.writableLength)), 5)
    socket.once('close', () => clearInterval(look))
  })
  const socket = connect(app.port, '127.0.0.1')
    .on('error', () => {})
    .pause()
  const many = 400
  socket.write(get('/large').repeat(many))
  await expect.poll(() => waiting).toBeGreaterThan(0)
  expect(waiting).toBeLessThan(2 * large.length)
  expect(sorts.heard.length).toBeLessThan(many)
  let received = 0
  socket.on('data', (chunk) => (received += chunk.length)).resume()
  await expect.poll(() => sorts.heard.length).toBe(many)
  await expect.poll(() => received).toBeGreaterThan(many * large.length)
  expect(new Set(sorts.heard)).toEqual(new Set(['socket hit']))
  socket.destroy()
})

test('whoever listens to the channels of Node itself hears of each request', async () => {
  await using app = await serveFast(listener, { routes })
  await answersTo(app, [get('/x')])
  const name = 'http.server.request.start'
  let requests = 0
  const hear = () => void (requests += 1)
  subscribe(name, hear)
  try {
    expect((await answersTo(app, [get('/x'), get('/x')])).sorts).toEqual(['node hit', 'node hit'])
  } finally {
    unsubscribe(name, hear)
  }
  expect(requests).toBe(2)
  expect(channel(name).hasSubscribers).toBe(false)
})

test('leaves a server alone whose requests or responses are of another class, and the cache turned off', async () => {
  class OwnResponse extends http.ServerResponse {}
  const build: (enabled: boolean) => NonNullable<Parameters<typeof serve>[1]>['build'] =
    (isOwn) => (cache) => {
      const server = http.createServer(isOwn ? { ServerResponse: OwnResponse } : {}, listener)
      cache.attach(server, { fastPath: true })
      return server
    }
  await using own = await serve(listener, { routes, build: build(true)! })
  await using off = await serve(listener, { routes, enabled: false, build: build(false)! })
  expect((await answersTo(own, [get('/x'), get('/x')])).sorts).toEqual(['node miss', 'node hit'])
  expect((await answersTo(off, [get('/x'), get('/x')])).sorts).toEqual(['node off', 'node off'])
})
