import type { RequestListener } from 'node:http'
import { type LocalRedis, startRedis } from '@hotpath/cache/local'
import { route } from '@hotpath/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { advance, gate, type Serving } from '../serving.ts'
import { askRedis } from './raw-redis.ts'
import { twoServers } from './two-servers.ts'

let redis: LocalRedis
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis.stop())

const routes = [
  route('GET /item/:id', { fresh: '1m', tags: ({ id }) => [`item:${id}`] }),
  route('GET /me', { visibility: 'private' }),
]

/** Answers each request with the number of its run. */
function counting(extra: (path: string) => Record<string, string> = () => ({})) {
  let runs = 0
  const listener: RequestListener = (request, response) => {
    if (request.method === 'GET') runs += 1
    for (const [name, value] of Object.entries(extra(request.url!))) response.setHeader(name, value)
    response.end(`run ${runs} of ${request.url}`)
  }
  return { listener, runs: () => runs }
}

/** Asks until the answer is served from where it is stored: what is stored in Redis is stored after the answer. */
async function isHit(server: Serving, path: string, headers: Record<string, string> = {}) {
  await expect.poll(async () => (await server.get(path, headers)).headers['cache-status']).toMatch(/; hit/)
  return server.get(path, headers)
}

test('what one server stored is a hit in the other, the same to the byte and the header', async () => {
  const { listener, runs } = counting(() => ({ 'X-Odd': 'a, b', 'content-type': 'text/plain' }))
  await using fleet = await twoServers(listener, { redis, routes })
  const made = await fleet.one.get('/item/1')
  const found = await isHit(fleet.other, '/item/1')
  expect([found.status, found.body, runs()]).toEqual([200, 'run 1 of /item/1', 1])
  const stable = ({ headers }: typeof made) =>
    Object.entries(headers).filter(([name]) => !/^(age|cache-status|connection|keep-alive|date)$/.test(name))
  expect(stable(found)).toEqual(stable(made))
  expect(fleet.other.cache.stats()).toMatchObject({ redisHits: 1, misses: 0 })
  const condition = { 'if-none-match': made.headers.etag! }
  expect((await (await fleet.join()).get('/item/1', condition)).status).toBe(304)
  expect((await (await fleet.join()).ask('/item/1', { method: 'HEAD' })).headers.etag).toBe(made.headers.etag)
  expect(runs()).toBe(1)
})

test.each<[string, (server: Serving) => Promise<unknown>]>([
  ['a tag is invalidated', ({ tags }) => advance(tags, ['item:1'])],
  ['its URL is purged', ({ cache }) => cache.purge('/item/*')],
  ['an unsafe method changes it', ({ ask }) => ask('/item/1', { method: 'DELETE' })],
])('when %s in one server, none serves what was stored', async (_what, act) => {
  const { listener } = counting()
  await using fleet = await twoServers(listener, { redis, routes })
  const old = await fleet.one.get('/item/1')
  expect((await isHit(fleet.other, '/item/1')).body).toBe(old.body)
  await act(fleet.one)
  await expect.poll(async () => (await fleet.other.get('/item/1')).body).not.toBe(old.body)
  const renewed = await isHit(fleet.one, '/item/1')
  expect(renewed.body).not.toBe(old.body)
  expect((await isHit(fleet.other, '/item/1')).body).toBe(renewed.body)
})

test('simultaneous requests in two servers run one handler', async () => {
  let runs = 0
  const { opened, open } = gate()
  const listener: RequestListener = (_request, response) => {
    runs += 1
    void opened.then(() => response.end(`run ${runs}`))
  }
  await using fleet = await twoServers(listener, { redis, routes })
  const asked = Array.from({ length: 40 }, (_, index) =>
    (index % 2 === 0 ? fleet.one : fleet.other).get('/item/1'),
  )
  await expect.poll(() => fleet.one.arrived() + fleet.other.arrived()).toBe(40)
  await expect.poll(() => runs).toBe(1)
  open()
  expect(new Set((await Promise.all(asked)).map(({ body }) => body))).toEqual(new Set(['run 1']))
  expect(runs).toBe(1)
})

test('an answer that an invalidation in the other server has overtaken is stored nowhere', async () => {
  let runs = 0
  const { opened, open } = gate()
  const listener: RequestListener = (_request, response) => {
    runs += 1
    const body = `run ${runs}`
    void (runs === 1 ? opened : Promise.resolve()).then(() => response.end(body))
  }
  await using fleet = await twoServers(listener, { redis, routes })
  const slow = fleet.one.get('/item/1')
  await expect.poll(() => runs).toBe(1)
  await advance(fleet.other.tags, ['item:1'])
  const next = await fleet.other.get('/item/1')
  open()
  expect([(await slow).body, next.body]).toEqual(['run 1', 'run 2'])
  expect((await isHit(fleet.one, '/item/1')).body).toBe('run 2')
  expect((await isHit(fleet.other, '/item/1')).body).toBe('run 2')
})

test('each way in which Vary chooses is found in the other server, and all go when the URL does', async () => {
  const { listener, runs } = counting(() => ({
    vary: 'Accept-Language',
    'cache-control': 'max-age=60',
  }))
  await using fleet = await twoServers(listener, { redis })
  const languages = ['de', 'fr', 'sw']
  const made: string[] = []
  for (const language of languages) {
    made.push((await isHit(fleet.one, '/text', { 'accept-language': language })).body)
  }
  for (const [index, language] of languages.entries()) {
    expect((await isHit(fleet.other, '/text', { 'accept-language': language })).body).toBe(made[index])
  }
  expect(runs()).toBe(3)
  await fleet.one.ask('/text', { method: 'POST' })
  for (const language of languages) {
    const read = async () => (await (await fleet.join()).get('/text', { 'accept-language': language })).body
    await expect.poll(read).not.toBe(made[languages.indexOf(language)])
  }
})

test('a stale response is fetched anew by one server, for both', async () => {
  let runs = 0
  const listener: RequestListener = (_request, response) => {
    runs += 1
    const freshSeconds = runs === 1 ? 1 : 3_600
    response.setHeader('cdn-cache-control', `max-age=${freshSeconds}, stale-while-revalidate=3600`)
    response.end(`run ${runs}`)
  }
  await using fleet = await twoServers(listener, { redis })
  await fleet.one.get('/stale')
  await isHit(fleet.other, '/stale')
  const both = async () =>
    (await Promise.all([fleet.one, fleet.other].map((server) => server.get('/stale')))).map(
      ({ body }) => body,
    )
  await expect.poll(both).toEqual(['run 2', 'run 2'])
  expect([runs, fleet.one.cache.stats().misses + fleet.other.cache.stats().misses]).toEqual([2, 1])
})

test('a proxy in front may name host and scheme: each way is shared', async () => {
  const { listener, runs } = counting(() => ({ 'cache-control': 'max-age=60' }))
  await using fleet = await twoServers(listener, { redis })
  const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'shop.example' }
  await isHit(fleet.one, '/page')
  const made = await isHit(fleet.one, '/page', proxied)
  expect((await isHit(fleet.other, '/page', proxied)).body).toBe(made.body)
  expect((await isHit(fleet.other, '/page')).body).not.toBe(made.body)
  expect(runs()).toBe(2)
  // An unsafe method drops its URL however it is reached.
  await fleet.other.ask('/page', { method: 'PUT' })
  await expect.poll(async () => (await fleet.one.get('/page', proxied)).body).not.toBe(made.body)
})

test('an answer made across a lost connection, over which its URL was changed elsewhere, is not served', async () => {
  let version = 1
  const { opened, open } = gate()
  const listener: RequestListener = (request, response) => {
    const body = `version ${version}`
    const isSlow = request.method === 'GET' && body === 'version 1'
    void (isSlow ? opened : Promise.resolve()).then(() => response.end(body))
  }
  await using fleet = await twoServers(listener, { redis, routes })
  const slow = fleet.one.get('/item/1')
  await expect.poll(() => fleet.one.arrived()).toBe(1)
  await expect.poll(() => askRedis(redis.port, ['keys', '*l:*shop.example /item/1'])).toHaveLength(1)
  const { generation } = fleet.one.tags.trust
  version = 2
  // The notice of the change goes to connections that are not there.
  await askRedis(redis.port, ['client', 'kill', 'type', 'normal'])
  await fleet.other.ask('/item/1', { method: 'DELETE' })
  await expect.poll(() => fleet.one.tags.trust.generation).toBeGreaterThan(generation)
  await expect.poll(() => askRedis(redis.port, ['keys', '*l:*shop.example /item/1'])).toHaveLength(0)
  open()
  expect((await slow).body).toBe('version 1')
  expect((await fleet.one.get('/item/1')).body).toBe('version 2')
})
