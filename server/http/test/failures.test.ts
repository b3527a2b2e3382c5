import type { ServerResponse } from 'node:http'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { gate, serve } from './serving.ts'

/** The code of the error that `act` throws. */
function codeOf(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    return (error as { code: unknown }).code
  }
}

const routes = [route('GET /x', { fresh: '1m' })]

test.each<[string, (response: ServerResponse) => void]>([
  ['a reason phrase', (response) => (response.statusMessage = 'Caf\u2014')],
  ['a status', (response) => (response.statusCode = 1_000)],
])('forgets an answer whose head cannot be sent for %s, and all it said of it', async (_what, spoil) => {
  let runs = 0
  await using app = await serve(
    (_request, response) => {
      runs += 1
      try {
        if (runs === 1) spoil(response)
        response.end(`good ${runs}`)
      } catch {
        response.statusCode = 500
        response.statusMessage = 'Internal'
        response.end('error page')
      }
    },
    { routes },
  )
  const failed = await app.get('/x')
  expect(failed).toMatchObject({ status: 500, statusMessage: 'Internal', body: 'error page' })
  expect(failed.headers).toMatchObject({ 'cache-control': 'no-store', 'content-length': '10' })
  expect(failed.headers['cdn-cache-control']).toBeUndefined()
  expect(failed.headers['etag']).toBeUndefined()
  expect(failed.headers['cache-status']).not.toContain('stored')
  expect((await app.get('/x')).body).toBe('good 2')
  expect((await app.get('/x')).body).toBe('good 2')
})

test('sends those who waited on their way when the end of a response throws, and gives back what it had collected', async () => {
  const { opened, open } = gate()
  const thrown: unknown[] = []
  let runs = 0
  await using app = await serve(
    (request, response) => {
      runs += 1
      const body = request.url === '/x?good' ? 'a'.repeat(90) : null
      if (body) response.end(body)
      else
        void opened.then(() => {
          response.strictContentLength = true
          response.setHeader('content-length', 100)
          response.write('a'.repeat(20))
          thrown.push(codeOf(() => response.end('short')))
          response.destroy()
        })
    },
    { routes, maxBytes: 100, maxEntryBytes: 100, collapseTimeout: '1h' },
  )
  // Each of these would keep a part of the bytes that may be collected at one time.
  const broken = Array.from({ length: 10 }, () => app.get('/x').catch(() => 'broken'))
  await expect.poll(() => [app.arrived(), runs]).toEqual([10, 1])
  open()
  expect(await Promise.all(broken)).toEqual(Array.from({ length: 10 }, () => 'broken'))
  expect(new Set(thrown)).toEqual(new Set(['ERR_HTTP_CONTENT_LENGTH_MISMATCH']))
  expect((await app.get('/x?good')).headers['cache-status']).toBe('hotpath; fwd=miss; stored')
  expect(app.cache.stats().notStored).toBe(runs - 1)
})

test('lets a handler answer otherwise after an end that threw', async () => {
  const thrown: unknown[] = []
  await using app = await serve(
    (_request, response) => {
      response.strictContentLength = true
      response.setHeader('content-length', 5)
      response.flushHeaders()
      thrown.push(codeOf(() => response.end('too long')))
      response.end('right')
    },
    { routes },
  )
  expect((await app.get('/x')).body).toBe('right')
  expect(thrown).toEqual(['ERR_HTTP_CONTENT_LENGTH_MISMATCH'])
  expect((await app.get('/x')).headers['cache-status']).not.toContain('hit')
})

test('lets nobody wait for a response whose head went out unseen', async () => {
  const { opened, open } = gate()
  let runs = 0
  await using app = await serve(
    (_request, response) => {
      runs += 1
      const { writeHead, flushHeaders } = Object.getPrototypeOf(response) as ServerResponse
      if (runs === 2) response.end('second')
      else
        void opened.then(() => {
          writeHead.call(response, 200)
          flushHeaders.call(response)
          response.write('never ends: who waited for it would wait for nothing')
        })
    },
    { routes, collapseTimeout: '1h' },
  )
  const first = app.get('/x').catch(() => 'aborted')
  await expect.poll(() => runs).toBe(1)
  const second = app.get('/x')
  await expect.poll(app.arrived).toBe(2)
  open()
  expect((await second).body).toBe('second')
  expect(app.cache.stats().notStored).toBe(1)
  app.server.closeAllConnections()
  expect(await first).toBe('aborted')
})
