import type { RequestListener } from 'node:http'
import { markUnavailable } from '@hotpath/http'
import { expect, test } from 'vitest'
import { gate, serve, stoppedClock } from './serving.ts'

/** A handler that can be made to fail. */
function fragile(cacheControl: string, { etag }: { etag?: string } = {}) {
  const state = { fails: false, status: 503, isMarked: false, runs: 0 }
  const listener: RequestListener = (_request, response) => {
    state.runs += 1
    if (state.isMarked) markUnavailable(response)
    response.setHeader('Cache-Control', state.fails ? 'no-store' : cacheControl)
    if (etag !== undefined && !state.fails) response.setHeader('ETag', etag)
    response.statusCode = state.fails ? state.status : 200
    response.end(state.fails ? 'sorry, all is lost' : 'fine')
  }
  return { state, listener }
}

test('answers stale instead of a failure for as long as the response says, telling why', async () => {
  const { clock, pass } = stoppedClock()
  const { state, listener } = fragile('max-age=10, stale-if-error=60', { etag: '"v1"' })
  await using app = await serve(listener, { clock })
  await app.get('/x')
  state.fails = true
  for (const status of [500, 502, 503, 504]) {
    state.status = status
    pass(12_000)
    const answer = await app.get('/x')
    expect([answer.status, answer.body, answer.headers['content-length']]).toEqual([200, 'fine', '4'])
    const said = `hotpath; fwd=stale; fwd-status=${status}; detail=stale-if-error`
    expect(answer.headers['cache-status']).toBe(said)
  }
  expect((await app.get('/x', { 'if-none-match': '"v1"' })).status).toBe(304)
  pass(60_000)
  expect(await app.get('/x')).toMatchObject({ status: 504, body: 'sorry, all is lost' })
})

test('does not ask again within a second after a failure', async () => {
  const { clock, pass } = stoppedClock()
  const { state, listener } = fragile('max-age=10, stale-if-error=60')
  await using app = await serve(listener, { clock })
  await app.get('/x')
  state.fails = true
  pass(12_000)
  await app.get('/x')
  await app.get('/x')
  expect(state.runs).toBe(2)
  pass(1_000)
  await app.get('/x')
  expect(state.runs).toBe(3)
})

test.each(['must-revalidate', 'proxy-revalidate', 's-maxage=10'])('%s forbids it', async (directive) => {
  const { clock, pass } = stoppedClock()
  const { state, listener } = fragile(`max-age=10, stale-if-error=60, ${directive}`)
  await using app = await serve(listener, { clock, staleIfUnavailable: '1h', overloaded: () => true })
  await app.get('/x')
  Object.assign(state, { fails: true, isMarked: true })
  pass(12_000)
  expect((await app.get('/x')).status).toBe(503)
})

test('answers with anything stale where the handler says that nobody could be asked, within the option', async () => {
  const { clock, pass } = stoppedClock()
  const { state, listener } = fragile('max-age=10')
  await using app = await serve(listener, { clock, staleIfUnavailable: '30s' })
  await app.get('/x')
  state.fails = true
  pass(20_000)
  expect((await app.get('/x')).status).toBe(503)
  state.isMarked = true
  expect((await app.get('/x')).body).toBe('fine')
  pass(20_000)
  expect((await app.get('/x')).status).toBe(503)
})

test('does not ask at all where there is too much to do', async () => {
  const { clock, pass } = stoppedClock()
  const { state, listener } = fragile('max-age=10, stale-if-error=60')
  let isOverloaded = false
  await using app = await serve(listener, { clock, overloaded: () => isOverloaded })
  await app.get('/x')
  pass(20_000)
  isOverloaded = true
  expect((await app.get('/x')).body).toBe('fine')
  expect(state.runs).toBe(1)
  isOverloaded = false
  await app.get('/x')
  expect(state.runs).toBe(2)
})

test('one failure answers all who wait, with what is stored', async () => {
  const { clock, pass } = stoppedClock()
  const { opened, open } = gate()
  let runs = 0
  await using app = await serve(
    (_request, response) => {
      runs += 1
      response.setHeader('Cache-Control', 'max-age=10, stale-if-error=60')
      response.statusCode = runs > 1 ? 500 : 200
      if (runs === 1) response.end('fine')
      else void opened.then(() => response.end('sorry'))
    },
    { clock },
  )
  await app.get('/x')
  pass(20_000)
  const before = app.arrived()
  const waiting = Array.from({ length: 5 }, () => app.get('/x'))
  await expect.poll(app.arrived).toBe(before + 5)
  open()
  expect((await Promise.all(waiting)).map(({ body }) => body)).toEqual(Array(5).fill('fine'))
  expect(runs).toBe(2)
})
