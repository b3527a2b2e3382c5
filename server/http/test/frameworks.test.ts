import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { bigBody } from './frameworks/application.ts'
import type { Answer } from './frameworks/client.ts'
import { frameworks } from './frameworks/index.ts'
import { start } from './frameworks/start.ts'
import { advance, gate, stoppedClock } from './serving.ts'

const status = ({ headers }: Answer) => headers['cache-status']
const coding = ({ headers }: Answer) => headers['content-encoding']

describe.each(frameworks)('behind $name', (framework) => {
  test('runs the handler once and answers the second request with the same bytes', async () => {
    await using app = await start(framework)
    const first = await app.get('/item/1')
    const second = await app.get('/item/1')
    expect(JSON.parse(first.body)).toEqual({ id: '1', run: 1 })
    expect(second.body).toBe(first.body)
    expect(app.application.runs).toBe(1)
    expect(status(first)).toBe('hotpath; fwd=miss; stored')
    expect(status(second)).toMatch(/^hotpath; hit; ttl=(59|60)$/)
    expect(second.headers).toMatchObject({
      age: expect.stringMatching(/^\d+$/),
      etag: first.headers.etag,
      'content-length': String(Buffer.byteLength(first.body)),
      'cache-control': 'no-cache',
      'cdn-cache-control': 'max-age=60, stale-while-revalidate=60',
      'cache-groups': '"item:1"',
    })
    expect(second.headers['content-type']).toBe(first.headers['content-type'])
  })

  test('tells paths, queries and hosts apart', async () => {
    await using app = await start(framework)
    const bodies = [
      await app.get('/item/1'),
      await app.get('/item/2'),
      await app.get('/item/1?a=1'),
      await app.get('/item/1', { host: 'other.example' }),
    ].map(({ body }) => body)
    expect(new Set(bodies).size).toBe(4)
    expect((await app.get('/item/1', { host: 'other.example' })).body).toBe(bodies[3])
  })

  test('answers 304 without a body when the client has the stored response', async () => {
    await using app = await start(framework)
    const { headers } = await app.get('/item/1')
    const again = await app.get('/item/1', { 'if-none-match': `"other", ${headers.etag as string}` })
    expect(again).toMatchObject({ status: 304, body: '' })
    expect(again.headers.etag).toBe(headers.etag)
    expect(again.headers['content-type']).toBeUndefined()
    expect(app.application.runs).toBe(1)
  })

  test('answers 304 and stores all the same when the handler had to run for it', async () => {
    await using app = await start(framework)
    const item = await app.get('/item/1')
    await advance(app.tags, ['item:1'])
    app.application.runs = 0 // So that the answer, and with it the tag, is the same.
    const fresh = await app.get('/item/1', { 'if-none-match': item.headers.etag as string })
    expect(fresh).toMatchObject({ status: 304, body: '' })
    expect((await app.get('/item/1')).body).toBe(item.body)
    expect(app.application.runs).toBe(1)
  })

  test('answers HEAD from the stored GET', async () => {
    await using app = await start(framework)
    const { body } = await app.get('/item/1')
    const head = await app.ask('/item/1', { method: 'HEAD' })
    expect(head).toMatchObject({ status: 200, body: '' })
    expect(head.headers['content-length']).toBe(String(body.length))
    expect(status(head)).toContain('hit')
    expect(app.application.runs).toBe(1)
  })

  test("obeys the application's own headers on routes that are not declared", async () => {
    await using app = await start(framework)
    const [first, second] = [await app.get('/own'), await app.get('/own')]
    expect([first.body, second.body]).toEqual(['1', '1'])
    expect(second.headers['cache-control']).toBe('public, max-age=60')
  })

  test('stores a streamed response once it is whole', async () => {
    await using app = await start(framework)
    const first = await app.get('/stream')
    const second = await app.get('/stream')
    expect(first.body).toBe('one,two,three')
    expect(second.body).toBe(first.body)
    expect(status(second)).toContain('hit')
    expect(second.headers.etag).toMatch(/^"/)
    expect(second.headers['content-length']).toBe('13')
  })

  test('stores a large body and answers with all of it', async () => {
    await using app = await start(framework)
    const [first, second] = [await app.get('/big'), await app.get('/big')]
    expect(first.body === bigBody(1)).toBe(true)
    expect(second.body === bigBody(1)).toBe(true)
    expect(status(second)).toContain('hit')
  })

  test('lets a body pass that is larger than what may be stored', async () => {
    await using app = await start(framework, { maxEntryBytes: '64kB' })
    const [first, second] = [await app.get('/big'), await app.get('/big')]
    expect(first.body === bigBody(1)).toBe(true)
    expect(second.body === bigBody(2)).toBe(true)
    expect(status(second)).toBe('hotpath; fwd=miss; detail=too-large')
  })

  test.each(['object', 'flat', 'pairs', 'set', 'flushed'])(
    'reads the headers that a handler gives in the form %s',
    async (form) => {
      await using app = await start(framework)
      const [first, second] = [await app.get(`/raw/${form}`), await app.get(`/raw/${form}`)]
      expect([first.body, second.body]).toEqual(['1', '1'])
      expect([first.headers['x-form'], second.headers['x-form']]).toEqual([form, form])
      expect(status(second)).toContain('hit')
    },
  )

  test('passes early hints on, and stores the answer after them', async () => {
    await using app = await start(framework)
    const [first, second] = [await app.get('/raw/hints'), await app.get('/raw/hints')]
    expect(first.hints?.link).toBe('</style.css>; rel=preload')
    expect([first.body, second.body]).toEqual(['1', '1'])
    expect(second.hints).toBeUndefined()
  })

  test('passes trailers on, and stores nothing that has them', async () => {
    await using app = await start(framework)
    const [first, second] = [await app.get('/raw/trailers'), await app.get('/raw/trailers')]
    expect([first.trailers['x-sum'], second.trailers['x-sum']]).toEqual(['1', '2'])
    expect([first.body, second.body]).toEqual(['1', '2'])
  })

  test('stores neither errors nor what sets a cookie', async () => {
    await using app = await start(framework)
    expect((await app.get('/error')).status).toBe(500)
    for (const path of ['/error', '/cookie']) {
      const [first, second] = [await app.get(path), await app.get(path)]
      expect(status(first)).not.toContain('stored')
      expect(status(second)).not.toContain('hit')
    }
    expect(app.application.runs).toBe(5)
    const again = await app.get('/cookie')
    expect([again.headers['set-cookie']].flat()).toEqual([expect.stringMatching(/^a=1/)])
    expect(status(again)).toBe('hotpath; fwd=miss; detail=set-cookie')
  })

  test('never stores what a route calls private, whatever its handler allows', async () => {
    await using app = await start(framework)
    const [first, second] = [await app.get('/mine'), await app.get('/mine')]
    expect([first.body, second.body]).toEqual(['1', '2'])
    expect(second.headers['cache-control']).toBe('private, no-store')
    expect(status(second)).toContain('fwd=bypass')
  })

  test('keeps what was made for one user from all others', async () => {
    await using app = await start(framework)
    const users = [{ cookie: 'user=1' }, { authorization: 'Bearer 2' }, {}, { cookie: 'user=3' }]
    for (const user of [...users, ...users]) {
      const { body } = await app.get('/greet', user)
      expect(body).toBe(`for ${Object.values(user)[0] ?? 'anybody'}`)
    }
  })

  test('asks the handler again after a tag was advanced', async () => {
    await using app = await start(framework)
    await app.get('/item/1')
    await app.get('/item/2')
    await advance(app.tags, ['item:1'])
    expect(JSON.parse((await app.get('/item/1')).body)).toEqual({ id: '1', run: 3 })
    expect(JSON.parse((await app.get('/item/2')).body)).toEqual({ id: '2', run: 2 })
  })

  test('drops a URL that an unsafe method changed', async () => {
    await using app = await start(framework)
    await app.get('/item/1')
    expect((await app.ask('/item/1', { method: 'POST' })).status).toBe(204)
    expect(JSON.parse((await app.get('/item/1')).body)).toEqual({ id: '1', run: 3 })
  })

  test('answers stale at once, and refreshes through the framework as through a client', async () => {
    const time = stoppedClock()
    await using app = await start(framework, { clock: time.clock })
    const first = await app.get('/item/1')
    time.pass(75_000)
    const second = await app.get('/item/1')
    expect(second.body).toBe(first.body)
    expect(status(second)).toBe('hotpath; hit; ttl=-15')
    await expect.poll(async () => (await app.get('/item/1')).body).not.toBe(first.body)
    expect(status(await app.get('/item/1'))).toBe('hotpath; hit; ttl=60')
    expect(app.application.runs).toBe(2)
  })

  test('keeps a stale answer when the refresh fails', async () => {
    const time = stoppedClock()
    await using app = await start(framework, { clock: time.clock })
    const first = await app.get('/item/1')
    time.pass(75_000)
    app.application.isBroken = true
    await app.get('/item/1')
    await expect.poll(() => app.application.runs).toBe(2)
    expect((await app.get('/item/1')).body).toBe(first.body)
  })

  test('answers stale when the handler fails and the response allows it', async () => {
    const time = stoppedClock()
    await using app = await start(framework, { clock: time.clock })
    await app.get('/flaky')
    time.pass(75_000)
    app.application.isBroken = true
    const saved = await app.get('/flaky')
    expect([saved.status, saved.body]).toEqual([200, '1'])
    expect(app.application.runs).toBe(2)
    app.application.isBroken = false
    time.pass(5_000) // For a moment after a failure nobody tries again.
    expect((await app.get('/flaky')).body).toBe('3')
    app.application.isBroken = true
    time.pass(700_000)
    expect((await app.get('/flaky')).status).toBe(503)
  })

  test('compresses once, and answers each client in a coding that it takes', async () => {
    await using app = await start(framework)
    const plain = await app.get('/big')
    await expect.poll(async () => coding(await app.get('/big', { 'accept-encoding': 'br' }))).toBe('br')
    const [again, gzipped, whole] = [
      await app.get('/big', { 'accept-encoding': 'br' }),
      await app.get('/big', { 'accept-encoding': 'gzip' }),
      await app.get('/big'),
    ]
    expect([status(again), coding(again)]).toEqual([expect.stringContaining('hit'), 'br'])
    expect(brotliDecompressSync(again.bytes).equals(plain.bytes)).toBe(true)
    const unpacked = coding(gzipped) === 'gzip' ? gunzipSync(gzipped.bytes) : gzipped.bytes
    expect(unpacked.equals(plain.bytes)).toBe(true)
    expect([coding(whole), whole.body === plain.body]).toEqual([undefined, true])
    expect(whole.headers.vary).toMatch(/accept-encoding/i)
    expect(app.application.runs).toBe(1)
  })

  test('runs one handler for many requests at once', async () => {
    await using app = await start(framework)
    const { opened, open } = gate()
    app.application.until = opened
    const waiting = Array.from({ length: 20 }, () => app.get('/slow/1'))
    await expect.poll(() => app.seen.arrived).toBe(20)
    open()
    const bodies = (await Promise.all(waiting)).map(({ body }) => body)
    expect(new Set(bodies)).toEqual(new Set(['1']))
    expect(app.application.runs).toBe(1)
  })

  test('answers the others when the client that came first goes away', async () => {
    await using app = await start(framework)
    const { opened, open } = gate()
    app.application.until = opened
    const first = app.begin('/slow/1')
    await expect.poll(() => app.application.runs).toBe(1)
    const other = app.get('/slow/1')
    await expect.poll(() => app.seen.arrived).toBe(2)
    first.leave()
    await expect.poll(() => app.seen.closed).toBe(1)
    open()
    expect((await other).body).toBe('1')
    expect(app.application.runs).toBe(1)
  })
})
