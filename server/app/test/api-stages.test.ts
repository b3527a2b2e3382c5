import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHotpath, type Hotpath, route } from '@hotpath/app'

let hotpath: Hotpath
let origin: string
let folder: string
let runs = 0

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hotpath-api-'))
  hotpath = await createHotpath({
    name: 'shop',
    routes: [
      route('GET /v1/books', { fresh: '1m', fields: true, limit: 'api' }),
      route('GET /v2/books', { fresh: '1m' }),
    ],
    environment: { HOTPATH_FOLDER: folder },
    limits: { rates: { api: { limit: 10, window: '1h' } } },
    api: {
      batch: true,
      serverTiming: 'always',
      versions: { versions: { '1': { deprecated: '2026-01-01' }, '2': {} } },
    },
  })
  const server = http.createServer((_, response) => {
    void hotpath.database.query('select 1').then(() => {
      runs += 1
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"title":"T","price":1}')
    })
  })
  hotpath.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await hotpath.close()
  await rm(folder, { recursive: true })
})

const agent = { headers: { 'user-agent': 'report/2' } }

test('all concerns of an API stand in their order: whatever answers carries what those outside of it say', async () => {
  const first = await fetch(`${origin}/v1/books?fields=price`, agent)
  expect([first.status, await first.text()]).toEqual([200, '{"price":1}'])
  expect(first.headers.get('server-timing')).toMatch(
    /cache;desc="miss", app;dur=[\d.]+, db;dur=[\d.]+;desc="1"/,
  )
  const again = await fetch(`${origin}/v1/books`, agent)
  expect(again.headers.get('cache-status')).toContain('hit')
  expect(again.headers.get('server-timing')).toMatch(/^cache;desc="hit", total/)
  for (const { headers } of [first, again]) {
    expect(headers.get('deprecation')).toBe('@1767225600')
    expect(headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(headers.get('ratelimit')).toContain('"api"')
  }
  expect(runs).toBe(1)
})

test('each operation of a batch counts against the limit, and refusals are theirs alone', async () => {
  const response = await fetch(`${origin}/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...agent.headers },
    body: JSON.stringify({
      operations: [...Array.from({ length: 9 }, () => ({ path: '/v1/books' })), { path: '/v2/books' }],
    }),
  })
  const { results } = (await response.json()) as { results: { status: number }[] }
  expect(results.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200, 200, 200, 429, 200])
})

test('who still uses what is in the snapshot and in the metrics', async () => {
  const old = { version: '1', route: 'GET /v1/books', client: 'report/2', isEnding: true }
  await expect
    .poll(() => hotpath.snapshot().versions)
    .toContainEqual({ ...old, requests: expect.any(Number) })
  expect(await (await fetch(`${origin}/metrics`)).text()).toMatch(
    /hotpath_api_version_requests_total\{version="1",route="GET \/v1\/books",client="report\/2",ending="true"\} \d+/,
  )
})

test('draining closes the servers, and says so to whoever asks for readiness until then', async () => {
  const { signal } = { signal: hotpath.draining }
  expect([signal.aborted, await hotpath.drain()]).toEqual([false, { cut: 0 }])
  expect(signal.aborted).toBe(true)
  await expect(fetch(origin)).rejects.toThrow('fetch failed')
})
