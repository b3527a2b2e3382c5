import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Monitor } from '@hotpath/monitor'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownPaths } from '../src/own-paths.ts'
import type { Purge } from '../src/purge-request.ts'

let server: Server
let origin: string
let ready = true
const purged: Purge[] = []

beforeAll(async () => {
  const monitor = {
    overview: () => ({ app: 'test' }),
    measurement: () => ({ requests: 1 }),
    health: () => ({ up: true }),
    ready: () => Promise.resolve({ ready, checks: {} }),
    metrics: () => Promise.resolve({ contentType: 'text/plain', body: 'up 1\n' }),
    close() {},
  } as unknown as Monitor
  const stage = ownPaths({
    monitor,
    token: null,
    consoleFiles: (_, response) => void response.end('console'),
    cacheStats: () => ({ entries: 1 }),
    routes: () => [],
    purge: async (what) => void purged.push(what),
  })
  server = createServer(stage((_, response) => void response.end('application')))
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(() => void server.close())

const ask = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(origin + path, init)
  return { status: response.status, headers: response.headers, text: await response.text() }
}
const elsewhere = { headers: { 'x-forwarded-for': '10.0.0.1' } }

test('what is not ours goes on to the application', async () => {
  for (const path of ['/', '/metricsx', '/api/health', '/_hotpathx', '/healthy']) {
    expect(await ask(path)).toMatchObject({ status: 200, text: 'application' })
  }
})

test.each([
  '/metrics',
  '/_hotpath/api/overview',
  '/_hotpath/api/cache',
  '/_hotpath/api/measurement',
  '/_hotpath/api/routes',
])('%s answers this machine and nobody else', async (path) => {
  expect((await ask(path)).status).toBe(200)
  expect((await ask(path, elsewhere)).status).toBe(403)
})

test('health and readiness answer everybody; readiness turns 503', async () => {
  expect((await ask('/health', elsewhere)).status).toBe(200)
  expect((await ask('/ready', elsewhere)).status).toBe(200)
  ready = false
  expect((await ask('/ready', elsewhere)).status).toBe(503)
  ready = true
})

test.each([
  ['POST', '/health', 'GET, HEAD'],
  ['DELETE', '/ready', 'GET, HEAD'],
  ['POST', '/metrics', 'GET, HEAD'],
  ['PUT', '/_hotpath/', 'GET, HEAD'],
  ['GET', '/_hotpath/api/cache/purge', 'POST'],
])('%s %s is refused with the methods that are answered', async (method, path, allow) => {
  const { status, headers } = await ask(path, { method })
  expect({ status, allow: headers.get('allow') }).toEqual({ status: 405, allow })
})

test('the page that asks for the token loads without it, its data does not', async () => {
  expect((await ask('/_hotpath/', elsewhere)).text).toBe('console')
  expect((await ask('/_hotpath/assets/x.js', elsewhere)).text).toBe('console')
  expect((await ask('/_hotpath/api/nothing', elsewhere)).status).toBe(403)
  expect((await ask('/_hotpath/api/nothing')).status).toBe(404)
})

test('a purge is read, carried out and confirmed; a broken one says what is wrong with it', async () => {
  const post = (body: string, type = 'application/json') =>
    ask('/_hotpath/api/cache/purge', { method: 'POST', body, headers: { 'content-type': type } })
  expect(await post('{"tags":["ballot:1"]}')).toMatchObject({
    status: 200,
    text: '{"purged":{"tags":["ballot:1"]}}',
  })
  expect(purged).toEqual([{ tags: ['ballot:1'] }])
  expect(await post('{"tags":["x"]}', 'text/plain')).toMatchObject({ status: 400 })
  expect((await post(`{"pattern":"${'x'.repeat(70_000)}"}`)).text).toContain('over 65536 bytes')
  expect(purged).toHaveLength(1)
})
