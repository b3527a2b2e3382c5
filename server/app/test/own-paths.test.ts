import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpCacheFigures } from '@hotpath/core'
import type { Monitor } from '@hotpath/monitor'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CacheControls } from '../src/cache-paths.ts'
import { ownPaths } from '../src/own-paths.ts'
import type { Purge } from '../src/purge-request.ts'
import type { RouteTurn } from '../src/route-turns.ts'

let server: Server
let origin: string
let ready = true
let redis = 'ok'
let takesRequests = true
let acknowledged = true
let warm: CacheControls['warm']
const purged: Purge[] = []
const turned: RouteTurn[] = []

beforeAll(async () => {
  const monitor = {
    overview: () => ({ app: 'test' }),
    measurement: () => ({ requests: 1 }),
    samples: (since: number) => ({ now: 9, cores: 2, poolSize: 1, samples: [{ at: since }] }),
    health: () => ({ up: true }),
    ready: () => Promise.resolve({ ready, checks: {} }),
    metrics: () => Promise.resolve({ contentType: 'text/plain', body: 'up 1\n' }),
    alerts: { engine: {} },
    close() {},
  } as unknown as Monitor
  const stage = ownPaths({
    monitor,
    tokens: { administrator: null, viewer: null },
    consoleFiles: (_, response) => void response.end('console'),
    caches: {
      worker: { pid: 7, number: 2 },
      stats: () => ({ http: {} as HttpCacheFigures, objects: [], cdns: [], off: [] }),
      preview: ({ tags = [], pattern = '' }) => ({
        http: { count: tags.length, sample: [...tags, pattern] },
        objects: [],
      }),
      purge: async (what) => {
        purged.push(what)
        return { acknowledged }
      },
      tasks: () => ['cities', 'ballots'],
      warm: (what, watch) => warm(what, watch),
      namespaces: () => ['test'],
      explainUrl: () => ({}),
      turn: async (what) => {
        turned.push(what)
        return { processes: 2 }
      },
      off: () => turned.map(({ route }) => route),
      explain: (key, namespace = 'test') =>
        namespace === 'test' ? Promise.resolve({ key, state: 'absent' }) : undefined,
    },
    routes: () => [],
    dispensable: async () => ({ redis }),
    drain: { probed: () => takesRequests },
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
  '/_hotpath/api/cache/explain?key=a',
  '/_hotpath/api/measurement',
  '/_hotpath/api/samples?since=1',
  '/_hotpath/api/routes',
])('%s answers this machine and nobody else', async (path) => {
  expect((await ask(path)).status).toBe(200)
  expect((await ask(path, elsewhere)).status).toBe(403)
})

test('samples name the process, and what is asked since when; nonsense asks for all', async () => {
  const asked = async (query: string) => JSON.parse((await ask(`/_hotpath/api/samples${query}`)).text)
  expect(await asked('?since=17')).toMatchObject({ worker: { pid: 7, number: 2 }, samples: [{ at: 17 }] })
  for (const query of ['', '?since=', '?since=x', '?since=Infinity']) {
    expect(await asked(query)).toMatchObject({ samples: [{ at: 0 }] })
  }
})

test('health and readiness answer everybody; readiness turns 503', async () => {
  expect((await ask('/health', elsewhere)).status).toBe(200)
  expect((await ask('/ready', elsewhere)).status).toBe(200)
  ready = false
  expect((await ask('/ready', elsewhere)).status).toBe(503)
  ready = true
})

test('what the process can do without is shown when it is down, and leaves it ready', async () => {
  redis = 'down: connect ECONNREFUSED'
  const { status, text } = await ask('/ready')
  expect({ status, body: JSON.parse(text) as object }).toEqual({
    status: 200,
    body: { ready: true, checks: { redis } },
  })
  redis = 'ok'
})

test.each([
  ['POST', '/health', 'GET, HEAD'],
  ['DELETE', '/ready', 'GET, HEAD'],
  ['POST', '/metrics', 'GET, HEAD'],
  ['PUT', '/_hotpath/', 'GET, HEAD'],
  ['GET', '/_hotpath/api/cache/purge', 'POST'],
  ['GET', '/_hotpath/api/cache/warm', 'POST'],
  ['POST', '/_hotpath/api/cache/explain', 'GET, HEAD'],
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

test('nobody from elsewhere may warm', async () => {
  expect((await ask('/_hotpath/api/cache/warm', { method: 'POST', ...elsewhere })).status).toBe(403)
})

test('a purge is read, carried out and confirmed; a broken one says what is wrong with it', async () => {
  const post = (body: string, type = 'application/json') =>
    ask('/_hotpath/api/cache/purge', { method: 'POST', body, headers: { 'content-type': type } })
  expect(await post('{"tags":["ballot:1"]}')).toMatchObject({
    status: 200,
    text: '{"purged":{"tags":["ballot:1"]},"acknowledged":true,"worker":{"pid":7,"number":2}}',
  })
  expect(purged).toEqual([{ tags: ['ballot:1'] }])
  expect(await post('{"tags":["x"]}', 'text/plain')).toMatchObject({ status: 400 })
  expect((await post(`{"pattern":"${'x'.repeat(70_000)}"}`)).text).toContain('over 65536 bytes')
  expect(purged).toHaveLength(1)
})

test('what a purge would drop is told before; a preview of nothing is refused', async () => {
  const { status, text } = await ask('/_hotpath/api/cache/preview?tag=a%2C1&tag=b&pattern=%2Fapi*')
  expect({ status, body: JSON.parse(text) as object }).toEqual({
    status: 200,
    body: { worker: { pid: 7, number: 2 }, http: { count: 2, sample: ['a,1', 'b', '/api*'] }, objects: [] },
  })
  for (const query of ['', '?tag=', '?pattern='])
    expect([query, (await ask(`/_hotpath/api/cache/preview${query}`)).status]).toEqual([query, 400])
  expect(purged).toHaveLength(1)
})

test('a purge that did not reach the other processes yet says so', async () => {
  acknowledged = false
  const { status, text } = await post('/_hotpath/api/cache/purge', '{"tags":["ballot:2"]}')
  expect({ status, body: JSON.parse(text) as object }).toMatchObject({
    status: 200,
    body: { acknowledged: false },
  })
  acknowledged = true
})

test('statistics and explanations name the process that answers', async () => {
  const worker = { pid: 7, number: 2 }
  expect(JSON.parse((await ask('/_hotpath/api/cache')).text)).toEqual({
    worker,
    http: {},
    objects: [],
    cdns: [],
    off: [],
  })
  const explained = await ask(`/_hotpath/api/cache/explain?key=${encodeURIComponent('ballot:1&ä')}`)
  expect(JSON.parse(explained.text)).toEqual({ worker, key: 'ballot:1&ä', state: 'absent' })
})

test.each([
  ['', 'no key is named'],
  ['?key=', 'no key is named'],
  ['?key=a&namespace=other', 'no namespace \\"other\\" among test'],
])('an explanation of "%s" is refused', async (query, says) => {
  const { status, text } = await ask(`/_hotpath/api/cache/explain${query}`)
  expect({ status, text }).toEqual({ status: 400, text: expect.stringContaining(says) as string })
})

test('warming tells how far it has come, a JSON document on each line, and the outcome last', async () => {
  const step = { name: 'cities', done: 1, total: 2, failed: 0, skipped: 0 }
  warm = async ({ names, concurrency }, { onProgress }) => {
    expect({ names, concurrency }).toEqual({ names: ['cities'], concurrency: 3 })
    onProgress(step)
    onProgress({ ...step, done: 2 })
    return { tasks: [{ ...step, done: 2 }], errors: [], aborted: false }
  }
  const { status, headers, text } = await post(
    '/_hotpath/api/cache/warm',
    '{"names":["cities"],"concurrency":3}',
  )
  expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson; charset=utf-8'])
  const lines = text.split('\n')
  expect(lines.pop()).toBe('')
  expect(lines.map((line) => JSON.parse(line) as object)).toEqual([
    step,
    { ...step, done: 2 },
    { worker: { pid: 7, number: 2 }, tasks: [{ ...step, done: 2 }], errors: [], aborted: false },
  ])
})

test('warming ends when the client goes away', async () => {
  const aborted = Promise.withResolvers<void>()
  warm = async (_, { signal, onProgress }) => {
    onProgress({ name: 'cities', done: 0, total: null, failed: 0, skipped: 0 })
    signal.addEventListener('abort', () => aborted.resolve())
    await aborted.promise
    return { tasks: [], errors: [], aborted: false }
  }
  const client = new AbortController()
  const response = await fetch(`${origin}/_hotpath/api/cache/warm`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/json' },
    signal: client.signal,
  })
  await response.body!.getReader().read()
  client.abort()
  await expect(aborted.promise).resolves.toBeUndefined()
})

test('a task nobody declared is refused, not run', async () => {
  warm = () => Promise.reject(new Error('it ran'))
  const { status, text } = await post('/_hotpath/api/cache/warm', '{"names":["towns"]}')
  expect({ status, text }).toEqual({
    status: 400,
    text: expect.stringContaining('there is no task \\"towns\\" among cities, ballots') as string,
  })
})

const post = (path: string, body: string) =>
  ask(path, { method: 'POST', body, headers: { 'content-type': 'application/json' } })

test('a process that is about to end is not ready, however well it is', async () => {
  takesRequests = false
  const { status, text } = await ask('/ready')
  takesRequests = true
  expect([status, JSON.parse(text)]).toMatchObject([
    503,
    { ready: false, checks: { process: 'about to end' } },
  ])
  expect((await ask('/ready')).status).toBe(200)
})

test('a route is turned off by those who may, and what cannot be read is refused', async () => {
  const turn = (body: unknown, headers = {}) =>
    ask('/_hotpath/api/cache/route', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  const off = { route: 'GET /api/cities', cache: 'off' }
  const { status, text } = await turn(off)
  expect([status, JSON.parse(text)]).toMatchObject([200, { turned: off, processes: 2, off: [off.route] }])
  expect((await turn(off, elsewhere.headers)).status).toBe(403)
  for (const wrong of [
    {},
    { route: 'GET /x' },
    { route: '', cache: 'on' },
    { route: 'GET /x', cache: true },
  ]) {
    expect((await turn(wrong)).status).toBe(400)
  }
  expect(turned).toEqual([off])
})
