import http, { type Server } from 'node:http'
import { route } from '@hotpath/core'
import { describe, expect, test } from 'vitest'
import { type Application, frameworks } from './frameworks.ts'
import { type Serving, gate, serve, advance } from './serving.ts'

const connections = (server: Server) =>
  new Promise<number>((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })

describe.each(frameworks)('behind $name', ({ build }) => {
  const routes = [
    route('GET /item/:id', { fresh: '1m', stale: '1m', tags: ({ id }) => [`item:${id}`] }),
    route('GET /error', { fresh: '1m' }),
  ]

  async function start(): Promise<Serving & { application: Application }> {
    const application: Application = { runs: 0, until: Promise.resolve() }
    const serving = await serve(() => {}, { routes, build: (cache) => build(cache, application) })
    return Object.assign(serving, { application })
  }

  test('runs the handler once and answers the second request with the same bytes', async () => {
    await using app = await start()
    const first = await app.get('/item/1')
    const second = await app.get('/item/1')
    expect(first.body).toBe('{"run":1}')
    expect(second.body).toBe(first.body)
    expect(app.application.runs).toBe(1)
    expect(first.headers['cache-status']).toBe('hotpath; fwd=miss; stored')
    expect(second.headers['cache-status']).toMatch(/^hotpath; hit; ttl=(59|60)$/)
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
    await using app = await start()
    const bodies = [
      await app.get('/item/1'),
      await app.get('/item/2'),
      await app.get('/item/1?a=1'),
      await app.get('/item/1', { host: 'other.example' }),
    ].map(({ body }) => body)
    expect(new Set(bodies).size).toBe(4)
  })

  test('answers 304 without a body when the client has the stored response', async () => {
    await using app = await start()
    const { headers } = await app.get('/item/1')
    const again = await app.get('/item/1', { 'if-none-match': `"other", ${headers.etag}` })
    expect(again).toMatchObject({ status: 304, body: '' })
    expect(again.headers.etag).toBe(headers.etag)
    expect(again.headers['content-type']).toBeUndefined()
    expect(app.application.runs).toBe(1)
  })

  test('answers 304 and stores all the same when the handler had to run for it', async () => {
    await using app = await start()
    const { headers } = await app.get('/own')
    await app.cache.purge('/own')
    app.application.runs = 0
    const again = await app.get('/own', { 'if-none-match': headers.etag! })
    expect([200, 304]).toContain(again.status)
    const { runs } = app.application
    expect(runs).toBe(1)

    const item = await app.get('/item/1')
    await advance(app.tags, ['item:1'])
    app.application.runs = 1 // So that the answer, and with it the tag, is the same.
    const fresh = await app.get('/item/1', { 'if-none-match': item.headers.etag! })
    expect(fresh).toMatchObject({ status: 304, body: '' })
    expect((await app.get('/item/1')).body).toBe(item.body)
    expect(app.application.runs).toBe(2)
  })

  test('answers HEAD from the stored GET', async () => {
    await using app = await start()
    const { body } = await app.get('/item/1')
    const head = await app.ask('/item/1', { method: 'HEAD' })
    expect(head).toMatchObject({ status: 200, body: '' })
    expect(head.headers['content-length']).toBe(String(body.length))
    expect(head.headers['cache-status']).toContain('hit')
    expect(app.application.runs).toBe(1)
  })

  test("obeys the application's own headers on routes that are not declared", async () => {
    await using app = await start()
    const [first, second] = [await app.get('/own'), await app.get('/own')]
    expect([first.body, second.body]).toEqual(['1', '1'])
    expect(second.headers['cache-control']).toBe('public, max-age=60')
  })

  test('stores a streamed response once it is whole', async () => {
    await using app = await start()
    const first = await app.get('/stream')
    const second = await app.get('/stream')
    expect(first.body).toBe('one,two,three')
    expect(second.body).toBe(first.body)
    expect(second.headers['cache-status']).toContain('hit')
    expect(second.headers.etag).toMatch(/^"/)
    expect(second.headers['content-length']).toBe('13')
  })

  test('stores neither errors nor what sets a cookie', async () => {
    await using app = await start()
    for (const path of ['/error', '/cookie']) {
      const [first, second] = [await app.get(path), await app.get(path)]
      expect([path, second.body]).not.toEqual([path, first.body])
    }
    const again = await app.get('/cookie')
    expect(again.headers['set-cookie']).toHaveLength(1)
    expect(again.headers['cache-status']).toBe('hotpath; fwd=miss; detail=set-cookie')
  })

  test('asks the handler again after a tag was advanced', async () => {
    await using app = await start()
    await app.get('/item/1')
    await app.get('/item/2')
    await advance(app.tags, ['item:1'])
    expect((await app.get('/item/1')).body).toBe('{"run":3}')
    expect((await app.get('/item/2')).body).toBe('{"run":2}')
  })

  test('drops a URL that an unsafe method changed', async () => {
    await using app = await start()
    await app.get('/item/1')
    const posted = await app.ask('/item/1', { method: 'POST' })
    expect(posted.status).toBe(204)
    expect((await app.get('/item/1')).body).toBe('{"run":3}')
  })

  test('runs one handler for many requests at once', async () => {
    await using app = await start()
    const { opened, open } = gate()
    app.application.until = opened
    const waiting = Array.from({ length: 20 }, () => app.get('/slow/1'))
    await expect.poll(() => app.application.runs).toBe(1)
    open()
    const bodies = (await Promise.all(waiting)).map(({ body }) => body)
    expect(new Set(bodies)).toEqual(new Set(['1']))
    expect(app.application.runs).toBe(1)
  })

  test('answers the others when the client that came first goes away', async () => {
    await using app = await start()
    const { opened, open } = gate()
    app.application.until = opened
    const first = http.get({ host: '127.0.0.1', port: app.port, path: '/slow/1' })
    first.once('error', () => {})
    await expect.poll(() => app.application.runs).toBe(1)
    let joined = 0
    app.server.prependListener('request', () => (joined += 1))
    const other = app.get('/slow/1')
    await expect.poll(() => joined).toBe(1)
    first.destroy()
    await expect.poll(() => connections(app.server)).toBe(1)
    open()
    expect((await other).body).toBe('1')
    expect(app.application.runs).toBe(1)
  })
})
