import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { startRedis } from '@hotpath/cache/local'
import { createTagSpace } from '@hotpath/cache'
import { route } from '@hotpath/core'
import { createHttpCache } from '@hotpath/http'
import { createRateLimit, createRunExemption, runToken, runTokenHeader } from '@hotpath/http/limits'
import { expect, test } from 'vitest'
import { connectRunner } from './redis.ts'
import { listen, until } from './server.ts'

const groups = { api: { limit: 100, window: '15m' }, auth: { limit: 5, window: '15m' } } as const
const routes = [
  route('POST /api/auth/sign-in', { limit: 'auth' }),
  route('GET /api/ballots/:id', { fresh: '1h' }),
  route('GET /api/assets', { limit: false }),
  route('POST /api/ai', { cost: 40 }),
  route('GET /api/own', { limit: { limit: 1, window: '1m' } }),
]

async function serveLimited(options: Parameters<typeof createRateLimit>[0] = {}) {
  const limits = createRateLimit({ routes, groups, default: 'api', ...options })
  const server = await listen(limits.wrap((_, response) => void response.end('ok')))
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      limits.close()
      await server[Symbol.asyncDispose]()
    },
  }
}

test('answers the fifth sign-in, and refuses the sixth with everything a client needs to know', async () => {
  await using server = await serveLimited()
  const signIn = () => server.ask('/api/auth/sign-in', { method: 'POST' })
  for (let count = 1; count <= 5; count++) {
    const { status, headers } = await signIn()
    expect(status).toBe(200)
    expect(headers['ratelimit-policy']).toBe('"auth";q=5;w=900')
    expect(headers['ratelimit']).toMatch(new RegExp(`^"auth";r=${5 - count};t=\\d+$`))
  }
  const messages: unknown[] = []
  const listener = (message: unknown) => void messages.push(message)
  subscribe('hotpath:http:limited', listener)
  const { status, headers, body } = await signIn()
  unsubscribe('hotpath:http:limited', listener)
  expect(status).toBe(429)
  expect(messages).toEqual([{ group: 'auth', reason: 'quota' }])
  expect(headers['content-type']).toContain('application/problem+json')
  expect(headers['cache-control']).toBe('no-store')
  expect(headers['ratelimit']).toMatch(/^"auth";r=0;t=9\d\d$|^"auth";r=0;t=900$|^"auth";r=0;t=8\d\d$/)
  expect(Number(headers['retry-after'])).toBeGreaterThan(170)
  expect(JSON.parse(body)).toMatchObject({ status: 429, 'violated-policies': ['auth'] })
  // The other groups count on their own.
  expect((await server.ask('/api/ballots/1')).status).toBe(200)
})

test('no spelling of a path leads around its limit', async () => {
  await using server = await serveLimited()
  const spellings = [
    '/api/auth/sign-in',
    '/API/Auth/Sign-In',
    '/api/auth/sign-in/',
    '//api//auth/sign-in',
    '/api/auth/sign%2Din',
    'http://example.com/api/auth/sign-in?x=1',
  ]
  const statuses = []
  for (const path of spellings) statuses.push((await server.ask(path, { method: 'POST' })).status)
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
})

test('a route may cost more, be free, or have a limit of its own', async () => {
  await using server = await serveLimited()
  const left = ({ headers }: { headers: Record<string, unknown> }) => String(headers['ratelimit'])
  expect(left(await server.ask('/api/ai', { method: 'POST' }))).toContain('"api";r=60')
  expect(left(await server.ask('/elsewhere'))).toContain('"api";r=59')
  expect((await server.ask('/api/assets')).headers['ratelimit']).toBeUndefined()
  expect((await server.ask('/api/own')).headers['ratelimit-policy']).toBe('"GET /api/own";q=1;w=60')
  expect((await server.ask('/api/own')).status).toBe(429)
})

test('counts users apart where the application names them, and everybody else by address', async () => {
  const by = ({ headers }: { headers: Record<string, unknown> }) => headers['x-user'] as string | undefined
  await using server = await serveLimited({ groups: { api: { limit: 1, window: '1h', by } }, routes: [] })
  const statusOf = async (user?: string) =>
    (await server.ask('/', { headers: user === undefined ? {} : { 'x-user': user } })).status
  expect([await statusOf('ann'), await statusOf('bob'), await statusOf()]).toEqual([200, 200, 200])
  expect([await statusOf('ann'), await statusOf(), await statusOf('127.0.0.1')]).toEqual([429, 429, 200])
  expect(await statusOf('x'.repeat(5_000))).toBe(200)
})

test('does not count those who present the run token, and counts those who guess one', async () => {
  const secret = 'of this start'
  const exempt = createRunExemption(secret)
  await using server = await serveLimited({ groups: { api: { limit: 1, window: '1h' } }, routes: [], exempt })
  const statusOf = async (token: string) =>
    (await server.ask('/', { headers: { [runTokenHeader]: token } })).status
  for (let count = 0; count < 3; count++) expect(await statusOf(runToken(secret))).toBe(200)
  expect([await statusOf(runToken('another')), await statusOf(secret)]).toEqual([200, 429])
  expect(createRunExemption(undefined)({ headers: { [runTokenHeader]: runToken('') } } as never)).toBe(false)
})

test.each([false, true])(
  'counts answers from the cache, says on each what is left, and stores none of it (deferred: %s)',
  async (defersFields) => {
    const tags = createTagSpace()
    const cache = createHttpCache({ tags, routes })
    const limits = createRateLimit({
      groups: { api: { limit: 5, window: '1h' } },
      default: 'api',
      defersFields,
    })
    await using server = await listen(limits.wrap(cache.wrap((_, response) => void response.end('ballot'))))
    const fields = []
    for (let count = 0; count < 6; count++) {
      const { status, headers } = await server.ask('/api/ballots/1')
      fields.push([status, headers['ratelimit']?.toString().replace(/;t=.*/, '')])
    }
    expect(fields).toEqual([
      [200, '"api";r=4'],
      [200, '"api";r=3'],
      [200, '"api";r=2'],
      [200, '"api";r=1'],
      [200, '"api";r=0'],
      [429, '"api";r=0'],
    ])
    expect(cache.stats().hits).toBe(4)
    limits.close()
  },
)

test('refuses groups that are not there, and costs that nobody could pay', () => {
  expect(() => createRateLimit({ default: 'api' })).toThrow('There is no rate limit "api"')
  expect(() => createRateLimit({ routes, groups: { auth: groups.auth } })).not.toThrow()
  expect(() => createRateLimit({ routes: [route('GET /x', { limit: 'nobody' })] })).toThrow('GET /x names')
  const dear = [route('GET /x', { limit: 'auth', cost: 6 })]
  expect(() => createRateLimit({ routes: dear, groups })).toThrow('at most 5 at once')
  expect(() => createRateLimit({ groups: { api: { limit: 0, window: '1m' } } })).toThrow(
    'limit is a whole number',
  )
  expect(() => createRateLimit({ groups: { api: { limit: 1, window: '1m', leaseShare: 2 } } })).toThrow(
    'leaseShare',
  )
})

test.each(['a"b', 'a\\b', 'a\r\nSet-Cookie: b', 'ÿ', '\u010a', ''])(
  'refuses a group called %j, which stands in headers',
  (name) => {
    const named = () => createRateLimit({ groups: { [name]: groups.api } })
    expect(named).toThrow(expect.objectContaining({ code: 'HP_HTTP_RATE_INVALID' }))
  },
)

test('two processes on one Redis admit one limit; while Redis is away each group does what it says', async () => {
  const redis = await startRedis()
  const runners = [await connectRunner(redis.url), await connectRunner(redis.url)]
  const shared = {
    groups: {
      local: { limit: 10, window: '1h' },
      closed: { limit: 10, window: '1h', redisDown: 'closed' },
      open: { limit: 10, window: '1h', redisDown: 'open' },
    },
    routes: [route('GET /closed', { limit: 'closed' }), route('GET /open', { limit: 'open' })],
    default: 'local',
  } as const
  await using one = await serveLimited({ ...shared, redis: { runner: runners[0]!, name: 'x' } })
  await using two = await serveLimited({ ...shared, redis: { runner: runners[1]!, name: 'x' } })
  const statuses = await Promise.all(
    Array.from({ length: 30 }, async (_, index) => (await (index % 2 ? one : two).ask('/')).status),
  )
  expect(statuses.filter((status) => status === 200)).toHaveLength(10)
  for (let count = 0; count < 10; count++) await one.ask('/open')

  await redis.kill()
  const statusOf = async (path: string) => (await one.ask(path)).status
  expect(await statusOf('/closed')).toBe(503)
  expect([await statusOf('/open'), await statusOf('/open')]).toEqual([200, 200])
  // What was refused stays so; what this process alone admitted still counts.
  const again = await Promise.all(Array.from({ length: 20 }, () => statusOf('/')))
  expect(again.filter((status) => status === 200).length).toBeLessThanOrEqual(10)

  const { url, stop } = await startRedis({ port: redis.port })
  expect(url).toBe(redis.url)
  await until(async () => (await statusOf('/closed')) === 200)
  await stop()
  await redis.stop()
  for (const runner of runners) await runner[Symbol.asyncDispose]()
})
