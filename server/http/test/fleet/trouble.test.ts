import type { RequestListener } from 'node:http'
import { startRedis } from '@hotpath/cache/local'
import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { advance } from '../serving.ts'
import { askRedis } from './raw-redis.ts'
import { twoServers } from './two-servers.ts'

const routes = [
  route('GET /item/:id', { fresh: '1h', tags: ({ id }) => [`item:${id}`] }),
  route('GET /me', { visibility: 'private' }),
]

/** An origin whose answer is the newest version at the moment the handler begins. */
function origin() {
  let version = 1
  const listener: RequestListener = (_request, response) => void response.end(`version ${version}`)
  const write = () => (version += 1)
  return { listener, write, version: () => `version ${version}` }
}

test('Redis killed: no request hangs, none is wrong, and all is shared again when it is back', async () => {
  const { listener, write, version } = origin()
  const redis = await startRedis()
  await using fleet = await twoServers(listener, { redis, routes })
  await fleet.one.get('/item/1')
  await expect.poll(async () => (await fleet.other.get('/item/1')).headers['cache-status']).toMatch(/; hit/)
  await redis.kill()
  await expect.poll(() => fleet.one.tags.tier!.reachable() || fleet.other.tags.tier!.reachable()).toBe(false)

  // The write is known at once where it was made.
  write()
  await advance(fleet.one.tags, ['item:1'])
  for (const path of ['/item/1', '/item/2', '/me']) {
    const answers = await Promise.all(Array.from({ length: 20 }, () => fleet.one.get(path)))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body}`))).toEqual(
      new Set([`200 ${version()}`]),
    )
  }
  // Elsewhere once what was last proved is older than two seconds.
  await expect.poll(async () => (await fleet.other.get('/item/1')).body).toBe(version())

  const again = await startRedis({ port: redis.port })
  await expect.poll(() => fleet.one.tags.tier!.reachable() && fleet.other.tags.tier!.reachable()).toBe(true)
  write()
  await advance(fleet.other.tags, ['item:1'])
  await expect.poll(async () => (await fleet.one.get('/item/1')).body).toBe(version())
  await expect.poll(async () => (await fleet.other.get('/item/1')).body).toBe(version())
  const hits = fleet.other.cache.stats().redisHits
  await fleet.one.get('/item/3')
  await expect.poll(async () => (await fleet.other.get('/item/3')).headers['cache-status']).toMatch(/; hit/)
  expect(fleet.other.cache.stats().redisHits).toBeGreaterThan(hits)
  await again.stop()
  await redis.stop()
})

test('Redis that stops answering delays a request by one command at most, and later ones not at all', async () => {
  const { listener, version } = origin()
  await using fleet = await twoServers(listener, { routes })
  fleet.redis.pause()
  try {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => fleet.one.get(`/item/${index}`)),
    )
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set([version()]))
    await expect.poll(() => fleet.one.tags.tier!.reachable()).toBe(false)
    expect((await fleet.one.get('/item/new')).body).toBe(version())
  } finally {
    fleet.redis.resume()
  }
})

test("with redisDown: 'serve', what was proved long ago is served on, but never past a write of this process", async () => {
  const { listener, write, version } = origin()
  const redis = await startRedis()
  await using fleet = await twoServers(listener, { redis, routes, redisDown: 'serve', serveFor: '1h' })
  await fleet.other.get('/item/1')
  await fleet.other.get('/item/2')
  const old = version()
  for (const path of ['/item/1', '/item/2']) {
    await expect.poll(async () => (await fleet.one.get(path)).headers['cache-status']).toMatch(/; hit/)
  }
  await redis.kill()
  // Long enough for memory to count as unproved.
  await expect.poll(() => fleet.one.tags.clock() > fleet.one.tags.trust.until, { interval: 100 }).toBe(true)
  write()
  await advance(fleet.one.tags, ['item:1'])
  expect((await fleet.one.get('/item/1')).body).toBe(version())
  expect((await fleet.one.get('/item/2')).body).toBe(old)
  await redis.stop()
})

test('what is private, or is asked for with credentials, never asks Redis', async () => {
  const { listener } = origin()
  await using fleet = await twoServers(listener, { routes })
  const before = await fleet.commands()
  for (let index = 0; index < 50; index++) {
    await fleet.one.get('/me')
    await fleet.one.get(`/undeclared/${index}`, { cookie: 'session=1' })
  }
  // Heartbeats go on meanwhile: a handful, where a hundred requests would ask a hundred times.
  expect((await fleet.commands()) - before).toBeLessThan(40)
})

test('nobody waits for a response that could not be stored, in no process', async () => {
  let running = 0
  let most = 0
  const waiting: (() => void)[] = []
  const listener: RequestListener = (_request, response) => {
    running += 1
    most = Math.max(most, running)
    waiting.push(() => {
      running -= 1
      response.setHeader('set-cookie', 'a=1').end('mine')
    })
  }
  await using fleet = await twoServers(listener)
  const first = fleet.one.get('/slow')
  await expect.poll(() => waiting.length).toBe(1)
  waiting.pop()!()
  await first
  // The marker is written after the answer.
  await expect.poll(() => askRedis(fleet.redis.port, ['keys', '*k:*/slow'])).toHaveLength(1)
  const asked = [fleet.other, fleet.other, fleet.one, fleet.one].map((server) => server.get('/slow'))
  await expect.poll(() => waiting.length).toBe(4)
  expect(most).toBe(4)
  for (const answer of waiting) answer()
  expect((await Promise.all(asked)).map(({ body }) => body)).toEqual(['mine', 'mine', 'mine', 'mine'])
})

test.each<[string, (stored: Buffer) => Buffer]>([
  ['cut off', (stored) => stored.subarray(0, stored.length - 3)],
  ['cut off within its head', (stored) => stored.subarray(0, 60)],
  ['of something else', () => Buffer.from('{"body":"gotcha"}')],
  [
    'with a head that is no head',
    (stored) => Buffer.from(stored.toString('latin1').replace('"status":200', '"status":"x"'), 'latin1'),
  ],
  [
    'that would end the header early',
    (stored) => Buffer.from(stored.toString('latin1').replace('text/plain', 'text/\\n\\nx'), 'latin1'),
  ],
])('a record %s is a miss, and is replaced', async (_what, poison) => {
  let runs = 0
  const listener: RequestListener = (_request, response) => {
    runs += 1
    response.setHeader('content-type', 'text/plain').end(`run ${runs}`)
  }
  await using fleet = await twoServers(listener, { routes })
  await fleet.one.get('/item/1')
  const { port } = fleet.redis
  const stored = () => askRedis(port, ['keys', '*k:*shop.example /item/1*'])
  await expect.poll(stored).toHaveLength(1)
  const [place] = await stored()
  const [record] = await askRedis(port, ['get', place!])
  expect(String(await askRedis(port, ['set', place!, poison(record!)]))).toBe('OK')
  const answer = await fleet.other.get('/item/1')
  expect([answer.status, answer.body]).toEqual([200, 'run 2'])
  const third = await fleet.join()
  await expect.poll(async () => (await third.get('/item/1')).headers['cache-status']).toMatch(/; hit/)
  expect((await third.get('/item/1')).body).toBe('run 2')
  expect(runs).toBe(2)
})
