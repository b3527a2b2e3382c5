import { startRedis, type LocalRedis } from '@hotpath/cache/local'
import { route } from '@hotpath/core'
import { createIdempotency, createTimeouts, type IdempotencyOptions } from '@hotpath/http/limits'
import express from 'express'
import * as fc from 'fast-check'
import type { ClientRequest, IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readIdempotencyKey } from '../../src/limits/idempotency-key.ts'
import { connectRunner, type CountingRunner } from './redis.ts'
import { type Asked, listen, until } from './server.ts'

const routes = [
  route('POST /pay', { idempotent: true }),
  route('PATCH /must', { idempotent: { required: true, ttl: '1h' } }),
  route('POST /plain'),
]

let redis: LocalRedis
let runner: CountingRunner
beforeAll(async () => {
  redis = await startRedis()
  runner = await connectRunner(redis.url)
})
afterAll(async () => {
  await runner[Symbol.asyncDispose]()
  await redis.stop()
})

/** Counts payments; `slow` ones wait to be let go. */
function payments() {
  let count = 0
  const held: (() => void)[] = []
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request)
    count += 1
    const number = count
    const answer = () => {
      response.writeHead(body === 'fail' ? 500 : body === 'later' ? 503 : 201, {
        'content-type': 'application/json',
        location: `/payments/${number}`,
        'set-cookie': `session=${number}`,
      })
      response.write(`{"number":${number},`)
      response.end(`"body":"${body}"}`)
    }
    if (body === 'slow') held.push(answer)
    else answer()
  }
  // A client that leaves ends the reading of its body.
  const listener: RequestListener = (request, response) => void handle(request, response).catch(() => {})
  return { listener, count: () => count, held }
}

const pay = (key: string, { body = 'ten', headers = {}, ...rest }: Asked = {}) => ({
  method: 'POST',
  body,
  headers: { 'idempotency-key': key, ...headers },
  ...rest,
})

describe.each<[string, () => Partial<IdempotencyOptions>]>([
  ['memory', () => ({})],
  ['Redis', () => ({ redis: { runner, name: `app ${Math.random()}` } })],
])('kept in %s', (_, kept) => {
  test('a repeat gets the first answer, and its handler does not run', async () => {
    const { listener, count } = payments()
    await using server = await listen(createIdempotency({ routes, ...kept() }).wrap(listener))
    const first = await server.ask('/pay', pay('"key 1"'))
    const again = await server.ask('/pay', pay('"key 1"'))
    expect(first.headers['idempotent-replayed']).toBeUndefined()
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers).toMatchObject({
      'content-type': 'application/json',
      location: '/payments/1',
      'idempotent-replayed': 'true',
    })
    expect(again.headers['set-cookie']).toBeUndefined()
    expect((await server.ask('/pay', pay('"key 1"', { chunked: true }))).body).toBe(first.body)
    expect((await server.ask('/pay', pay('"key 2"'))).headers['location']).toBe('/payments/2')
    expect(count()).toBe(2)
  })

  test('another request with the key is refused, and so is a repeat while the first is at work', async () => {
    const { listener, count, held } = payments()
    await using server = await listen(createIdempotency({ routes, ...kept() }).wrap(listener))
    await server.ask('/pay', pay('k'))
    for (const body of ['elf', 'te', 'tenn', '']) {
      expect((await server.ask('/pay', pay('k', { body }))).status).toBe(422)
    }
    const other = { body: 'ten', headers: { 'content-type': 'text/csv' } }
    expect((await server.ask('/pay', pay('k', other))).status).toBe(422)
    const first = server.ask('/pay', pay('slow', { body: 'slow' }))
    await until(() => held.length === 1)
    expect(await server.ask('/pay', pay('slow', { body: 'slow' }))).toMatchObject({
      status: 409,
      headers: { 'retry-after': '1' },
    })
    held[0]!()
    expect((await first).status).toBe(201)
    await until(async () => (await server.ask('/pay', pay('slow', { body: 'slow' }))).status === 201)
    expect(count()).toBe(2)
  })

  test('no user gets the answer of another, whatever key they send', async () => {
    const { listener, count } = payments()
    await using server = await listen(createIdempotency({ routes, ...kept() }).wrap(listener))
    const as = (headers: Record<string, string>) => server.ask('/pay', pay('same', { headers }))
    const answers = [
      await as({ authorization: 'Bearer ann' }),
      await as({ authorization: 'Bearer bob' }),
      await as({ cookie: 'session=ann' }),
      await as({ cookie: 'session=bob' }),
      await as({}),
      await as({ host: 'elsewhere.example' }),
    ]
    expect(new Set(answers.map(({ body }) => body)).size).toBe(6)
    expect((await as({ authorization: 'Bearer ann' })).body).toBe(answers[0]!.body)
    expect(count()).toBe(6)
  })

  test('what was done with an error is repeated, what was not done is tried again', async () => {
    const { listener, count } = payments()
    await using server = await listen(createIdempotency({ routes, ...kept() }).wrap(listener))
    for (const [body, status, runs] of [
      ['fail', 500, 1],
      ['later', 503, 2],
    ] as const) {
      expect((await server.ask('/pay', pay(body, { body }))).status).toBe(status)
      // The first is done with a little after its answer.
      await until(async () => (await server.ask('/pay', pay(body, { body }))).status === status)
      expect(count()).toBeGreaterThanOrEqual(runs)
      if (status === 500) expect(count()).toBe(1)
    }
  })

  test('the claim of a process that died ends with its lease, that of a handler at work is held', async () => {
    const { listener, held, count } = payments()
    const options = { routes, lease: '500ms', ...kept() } as const
    await using server = await listen(createIdempotency(options).wrap(listener))
    const lost = server.begin('/pay', pay('lost', { body: 'slow' })).on('error', () => {})
    await until(() => held.length === 1)
    lost.destroy()
    const retries: ClientRequest[] = []
    await until(() => {
      retries.push(server.begin('/pay', pay('lost', { body: 'slow' })).on('error', () => {}))
      return count() >= 2
    })
    for (const retry of retries) retry.destroy()
    const working = server.ask('/pay', pay('working', { body: 'slow' }))
    const before = held.length
    await until(() => held.length > before)
    const index = held.length - 1
    const end = performance.now() + 700
    while (performance.now() < end) {
      expect((await server.ask('/pay', pay('working', { body: 'slow' }))).status).toBe(409)
    }
    held[index]!()
    expect((await working).status).toBe(201)
  })
})

test('asks for a key where the route requires one, reads keys of any shape, and leaves other routes alone', async () => {
  const { listener, count } = payments()
  await using server = await listen(createIdempotency({ routes }).wrap(listener))
  expect((await server.ask('/must', { method: 'PATCH', body: 'x' })).status).toBe(400)
  for (const key of ['""', 'a,b', `"${'x'.repeat(256)}"`, '"a\\"b"', 'a"b']) {
    expect((await server.ask('/pay', pay(key))).status).toBe(400)
  }
  expect(count()).toBe(0)
  for (let turn = 0; turn < 2; turn++) {
    await server.ask('/plain', pay('k'))
    await server.ask('/pay', { method: 'POST', body: 'no key' })
  }
  expect(count()).toBe(4)
  fc.assert(
    fc.property(fc.string(), (field) => {
      const key = readIdempotencyKey(field)
      expect(key === null || /^[\x20-\x7E]{1,255}$/.test(key)).toBe(true)
    }),
  )
})

test('an answer too large to be kept is said to be done, not done again', async () => {
  const { listener, count } = payments()
  await using server = await listen(createIdempotency({ routes, maxAnswer: 10 }).wrap(listener))
  expect((await server.ask('/pay', pay('k'))).status).toBe(201)
  expect((await server.ask('/pay', pay('k'))).status).toBe(409)
  expect(count()).toBe(1)
})

test('a request that timed out keeps its key: its handler may be at work still', async () => {
  const { listener, held, count } = payments()
  const timeouts = createTimeouts({ timeout: '20ms' })
  await using server = await listen(createIdempotency({ routes }).wrap(timeouts.wrap(listener)))
  expect((await server.ask('/pay', pay('k', { body: 'slow' }))).status).toBe(503)
  expect((await server.ask('/pay', pay('k', { body: 'slow' }))).status).toBe(409)
  held[0]!()
  expect(count()).toBe(1)
})

test('works with a framework that parses bodies, and with one that reads none', async () => {
  const app = express()
  let count = 0
  app.post('/pay', express.json(), (request, response) => {
    count += 1
    response.status(201).json({ count, got: (request.body as { amount: number }).amount })
  })
  app.post('/unread', (_, response) => void response.json({ count: ++count }))
  const unread = [...routes, route('POST /unread', { idempotent: true })]
  await using server = await listen(createIdempotency({ routes: unread }).wrap(app))
  const json = { headers: { 'content-type': 'application/json' }, body: '{"amount":10}' }
  for (let turn = 0; turn < 3; turn++) {
    expect((await server.ask('/pay', pay('k', json))).body).toBe('{"count":1,"got":10}')
    expect((await server.ask('/unread', pay('k', json))).body).toBe('{"count":2}')
  }
})

test('while Redis is away, keys are refused or remembered by this process, as it is told', async () => {
  const { listener, count } = payments()
  const away = { run: () => Promise.reject(new Error('away')) }
  const redis = { runner: away, name: 'x' }
  await using closed = await listen(createIdempotency({ routes, redis }).wrap(listener))
  await using local = await listen(createIdempotency({ routes, redis, redisDown: 'local' }).wrap(listener))
  expect((await closed.ask('/pay', pay('k'))).status).toBe(503)
  expect((await closed.ask('/pay', { method: 'POST', body: 'no key' })).status).toBe(201)
  const first = await local.ask('/pay', pay('k'))
  expect((await local.ask('/pay', pay('k'))).body).toBe(first.body)
  expect(count()).toBe(2)
})
