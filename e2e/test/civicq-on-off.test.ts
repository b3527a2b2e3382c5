import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Civicq, civicq } from '../src/civicq.ts'
import { type Started, startApp } from '../src/command.ts'
import { scratchFolder } from '../src/scratch.ts'

const folders = { on: scratchFolder(), off: scratchFolder() }
let apps: { on: Started; off: Started }
let apis: { on: Civicq; off: Civicq }

beforeAll(async () => {
  const start = (layer: 'on' | 'off') =>
    startApp(['civicq', '--scale', '0.1', '--no-visitors'], {
      HOTPATH: layer,
      HOTPATH_FOLDER: folders[layer].path,
      DATABASE_URL: '',
    })
  const [on, off] = await Promise.all([start('on'), start('off')])
  apps = { on, off }
  apis = { on: civicq(on.url), off: civicq(off.url) }
})

afterAll(async () => {
  await Promise.all([apps?.on.stop(), apps?.off.stop()])
  folders.on[Symbol.dispose]()
  folders.off[Symbol.dispose]()
})

const reads = [
  '/api/cities',
  '/api/ballots/1',
  '/api/contests/1',
  '/api/contests/1/candidates',
  '/api/contests/1/questions?sort=top&page=1&limit=10',
  '/api/contests/1/questions?sort=new&page=2&limit=5',
  '/api/contests/1/questions/trending',
  '/api/questions/1',
  '/api/candidates/1',
  '/api/contests/999999',
]

test.each(reads)('%s answers the same with the layer on and off, first and again', async (path) => {
  const off = await apis.off.get(path)
  for (const time of ['first', 'again']) {
    const on = await apis.on.get(path)
    expect({ time, status: on.status, body: on.body }).toEqual({ time, status: off.status, body: off.body })
  }
})

test('with the layer on, a second read is a hit and says so; off, there is no trace of it', async () => {
  await apis.on.get('/api/cities')
  const on = await apis.on.get('/api/cities')
  expect(on.headers.get('cache-status')).toMatch(/^hotpath; hit/)
  expect(on.headers.get('cdn-cache-control')).toContain('max-age=86400')
  const off = await apis.off.get('/api/cities')
  for (const name of ['cache-status', 'cdn-cache-control', 'cache-groups', 'age']) {
    expect({ name, value: off.headers.get(name) }).toEqual({ name, value: null })
  }
})

test('a browser revalidates: the same ETag is answered 304 without a body', async () => {
  const first = await fetch(`${apps.on.url}/api/contests/1`)
  const again = await fetch(`${apps.on.url}/api/contests/1`, {
    headers: { 'if-none-match': first.headers.get('etag')! },
  })
  expect(again.status).toBe(304)
  expect(await again.text()).toBe('')
})

test('1,000 cold readers of one address cost one load', async () => {
  const path = '/api/contests/3/questions?sort=new&limit=7'
  const before = await metric('hotpath_http_cache_misses_total')
  const statuses = await Promise.all(
    Array.from({ length: 1000 }, async () => (await apis.on.get(path)).status),
  )
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect((await metric('hotpath_http_cache_misses_total')) - before).toBe(1)
})

test('metrics are on in both, and count the same requests', async () => {
  for (const layer of ['on', 'off'] as const) {
    const text = await (await fetch(`${apps[layer].url}/metrics`)).text()
    expect(text).toMatch(/http_requests_total\{[^}]*route="\/api\/ballots\/:id"[^}]*\} \d+/)
  }
})

test('what is private says so and is stored nowhere', async () => {
  const token = await apis.on.login('voter-1@civicq.example')
  const mine = await apis.on.get('/api/me/votes?contest=1', token)
  expect(mine.status).toBe(200)
  expect(mine.headers.get('cache-control')).toMatch(/private|no-store/)
  expect(mine.headers.get('cache-status') ?? '').not.toContain('hit')
  expect((await apis.on.get('/api/me/votes?contest=1')).status).toBe(401)
})

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${apps.on.url}/metrics`)).text()
  return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\d+)`, 'm').exec(text)?.[1])
}
