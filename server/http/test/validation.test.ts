import type { RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import { proxyCacheDefaults } from '@hotpath/http'
import { advance, gate, serve, stoppedClock } from './serving.ts'

/** A handler that keeps one text, and answers 304 to whoever has it. */
function origin(headers: Record<string, string> = {}) {
  const state = { text: 'one', headers, seen: [] as (string | undefined)[] }
  const listener: RequestListener = (request, response) => {
    const etag = `"${state.text}"`
    state.seen.push(request.headers['if-none-match'])
    response.setHeaders(new Map(Object.entries({ 'cache-control': 'max-age=10', etag, ...state.headers })))
    if (request.headers['if-none-match']?.includes(etag)) response.writeHead(304).end()
    else response.end(state.text)
  }
  return { state, listener }
}

test('asks the handler whether a stale response still holds, and serves it on with its headers updated', async () => {
  const { clock, pass } = stoppedClock()
  const { state, listener } = origin({ 'x-version': '1', 'x-other': 'kept' })
  await using app = await serve(listener, { clock })
  await app.get('/x')
  pass(20_000)
  state.headers = { 'x-version': '2', 'content-encoding': 'x', 'content-length': '99' }
  const confirmed = await app.get('/x')
  expect([confirmed.status, confirmed.body, state.seen[1]]).toEqual([200, 'one', '"one"'])
  expect(confirmed.headers).toMatchObject({ 'x-version': '2', 'x-other': 'kept', 'content-length': '3' })
  expect(confirmed.headers['content-encoding']).toBeUndefined()
  expect(confirmed.headers['cache-status']).toBe('hotpath; fwd=stale; fwd-status=304; stored')
  const hit = await app.get('/x')
  expect(hit.headers).toMatchObject({ 'x-version': '2', 'cache-status': 'hotpath; hit; ttl=10' })
  expect(state.seen).toHaveLength(2)
})

test('stores the new response where the old one no longer holds', async () => {
  const { clock, pass } = stoppedClock()
  const { state, listener } = origin()
  await using app = await serve(listener, { clock })
  await app.get('/x')
  pass(20_000)
  state.text = 'two'
  expect((await app.get('/x')).body).toBe('two')
  expect((await app.get('/x')).headers['cache-status']).toMatch(/hit/)
})

test('tells the client by the conditions it sent itself', async () => {
  const { clock, pass } = stoppedClock()
  const { state, listener } = origin()
  await using app = await serve(listener, { clock })
  await app.get('/x')
  pass(20_000)
  expect((await app.get('/x', { 'if-none-match': '"one"' })).status).toBe(304)
  pass(20_000)
  expect(await app.get('/x', { 'if-none-match': '"other"' })).toMatchObject({ status: 200, body: 'one' })
  expect(state.seen.slice(1)).toEqual(['"one"', '"one"'])
})

test('never asks with a tag that it computed itself', async () => {
  const { clock, pass } = stoppedClock()
  const seen: unknown[] = []
  await using app = await serve(
    (request, response) => {
      seen.push(request.headers['if-none-match'])
      response.setHeader('Cache-Control', 'max-age=10')
      response.end('text')
    },
    { clock },
  )
  expect((await app.get('/x')).headers.etag).toBeDefined()
  pass(20_000)
  await app.get('/x')
  expect(seen).toEqual([undefined, undefined])
})

test('names the tags of all variants where Vary lets a request choose none, and believes a 304 only by its tag', async () => {
  const seen: unknown[] = []
  let saysTag = true
  await using app = await serve((request, response) => {
    const { 'x-mood': mood = '', 'if-none-match': known } = request.headers
    seen.push(known)
    const text = mood === 'glad' ? 'smile' : 'frown'
    response.setHeaders(
      new Map([
        ['cache-control', 'max-age=10'],
        ['vary', 'x-mood'],
      ]),
    )
    if (saysTag || known === undefined) response.setHeader('ETag', `"${text}"`)
    if (known !== undefined && known.includes(text)) response.writeHead(304).end()
    else response.end(text)
  })
  await app.get('/x', { 'x-mood': 'glad' })
  await app.get('/x', { 'x-mood': 'sad' })
  expect((await app.get('/x', { 'x-mood': 'cross' })).body).toBe('frown')
  expect(seen[2]).toBe('"frown", "smile"')
  expect((await app.get('/x', { 'x-mood': 'cross' })).headers['cache-status']).toMatch(/hit/)
  saysTag = false
  expect((await app.get('/x', { 'x-mood': 'vexed' })).status).toBe(502)
})

test('a confirmation that an invalidation has overtaken is answered, and not kept', async () => {
  const { clock, pass } = stoppedClock()
  const { opened, open } = gate()
  let runs = 0
  await using app = await serve(
    (request, response) => {
      runs += 1
      response.setHeader('Cache-Control', 'max-age=10')
      response.setHeader('Cache-Groups', '"news"')
      response.setHeader('ETag', '"a"')
      if (request.headers['if-none-match'] === undefined) response.end('text')
      else void opened.then(() => response.writeHead(304).end())
    },
    { clock },
  )
  await app.get('/x')
  pass(20_000)
  const waiting = app.get('/x')
  await expect.poll(() => runs).toBe(2)
  await advance(app.tags, ['news'])
  open()
  expect(await waiting).toMatchObject({ status: 200, body: 'text' })
  await app.get('/x')
  expect(runs).toBe(3)
})

test('a confirmation on other terms takes the stored response away', async () => {
  const { clock, pass } = stoppedClock()
  const { state, listener } = origin()
  await using app = await serve(listener, { clock })
  await app.get('/x')
  pass(20_000)
  state.headers = { 'cache-control': 'private' }
  expect(await app.get('/x')).toMatchObject({ status: 200, body: 'one' })
  expect(app.cache.stats().entries).toBe(0)
})

test('a refresh behind a stale answer asks, too', async () => {
  const { clock, pass } = stoppedClock()
  const { state, listener } = origin({ 'cache-control': 'max-age=10, stale-while-revalidate=60' })
  await using app = await serve(listener, { clock })
  await app.get('/x')
  pass(20_000)
  expect((await app.get('/x')).headers['cache-status']).toBe('hotpath; hit; ttl=-10')
  await expect.poll(async () => (await app.get('/x')).headers['cache-status']).toBe('hotpath; hit; ttl=10')
  expect(state.seen).toEqual([undefined, '"one"'])
})

test('before another server, what says no-cache is kept and asked about at each use', async () => {
  const { state, listener } = origin({ 'cache-control': 'no-cache' })
  await using app = await serve(listener, proxyCacheDefaults)
  await app.get('/x')
  expect(await app.get('/x')).toMatchObject({ status: 200, body: 'one' })
  expect(state.seen).toEqual([undefined, '"one"'])
})

test('a HEAD that shows another state ends the freshness of what is stored, and one that shows the same does not', async () => {
  const { state, listener } = origin()
  const { clock } = stoppedClock()
  await using app = await serve(listener, { ...proxyCacheDefaults, clock, compress: false })
  const anew = { 'cache-control': 'no-cache' }
  await app.get('/x')
  await app.ask('/x', { method: 'HEAD', headers: anew })
  expect((await app.get('/x')).headers['cache-status']).toBe('hotpath; hit; ttl=10')
  state.text = 'three'
  await app.ask('/x', { method: 'HEAD', headers: anew })
  expect((await app.get('/x')).body).toBe('three')
})

test('a confirmed response keeps its compressed forms, under the headers of now', async () => {
  const { clock, pass } = stoppedClock()
  const { state, listener } = origin({ 'content-type': 'text/plain', 'x-version': '1' })
  state.text = 'text '.repeat(1_000)
  await using app = await serve(listener, { clock })
  const coded = async () => (await app.get('/x', { 'accept-encoding': 'br' })).headers
  await app.get('/x')
  await expect.poll(async () => (await coded())['content-encoding']).toBe('br')
  pass(20_000)
  state.headers['x-version'] = '2'
  await app.get('/x')
  expect(await coded()).toMatchObject({ 'content-encoding': 'br', 'x-version': '2' })
  expect(state.seen).toHaveLength(2)
})
