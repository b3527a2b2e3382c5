import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { route } from '@hotpath/core'
import { defineScenarios, runLoad, type Scenario } from '@hotpath/load'
import { ownReasons } from '../own-reasons.ts'
import { startServer } from '../server.ts'

const routes = [route('POST /api/login'), route('GET /api/me'), route('GET /api/items')] as const

/** One user, until `signal` fires. */
const oneUser = (origin: string, scenarios: Scenario, signal: AbortSignal) =>
  runLoad({ origin, scenarios, model: 'closed', users: 1, duration: '1h', signal })

test('a session signs in, keeps its token and cookies, and reads answers', async () => {
  const done = new AbortController()
  const seen: { url: string; authorization: string | undefined; cookie: string | undefined }[] = []
  const note = ({ url, headers }: IncomingMessage) =>
    seen.push({ url: url!, authorization: headers.authorization, cookie: headers.cookie })
  await using server = await startServer((request, response) => {
    note(request)
    const isLogin = request.url === '/api/login'
    if (isLogin) response.setHeader('set-cookie', ['sid=s1; HttpOnly', 'theme=dark'])
    response.end(isLogin ? '{"token":"t1"}' : '{"name":"Ada"}')
  })
  const { visit } = defineScenarios(routes, ({ request, scenario }) => ({
    visit: scenario({
      async run({ send, authorize, variables }) {
        const login = await send(request('POST /api/login', { json: { user: 'ada' } }))
        const { token } = login.json() as { token: string }
        authorize(token)
        const me = await send(request('GET /api/me'))
        variables.name = (me.json() as { name: string }).name
        expect(me.status).toBe(200)
        expect(me.text()).toBe('{"name":"Ada"}')
        expect(variables).toEqual({ name: 'Ada' })
        done.abort()
      },
    }),
  }))
  const result = await oneUser(server.origin, visit, done.signal)
  expect(seen).toEqual([
    { url: '/api/login', authorization: undefined, cookie: undefined },
    { url: '/api/me', authorization: 'Bearer t1', cookie: 'sid=s1; theme=dark' },
  ])
  expect(result.endpoints.map(({ name, requests }) => [name, requests])).toEqual([
    ['POST /api/login', 1],
    ['GET /api/me', 1],
  ])
})

test('a user of the closed model keeps its session over its iterations', async () => {
  const done = new AbortController()
  const urls: string[] = []
  await using server = await startServer((request, response) => {
    urls.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'}`)
    response.end('{}')
  })
  const { visit } = defineScenarios(routes, ({ request, scenario }) => ({
    visit: scenario({
      async run({ send, authorize, variables }) {
        variables.visits = Number(variables.visits ?? 0) + 1
        if (variables.visits === 1) {
          await send(request('POST /api/login'))
          authorize('t1')
        }
        await send(request('GET /api/me'))
        if (variables.visits === 2) done.abort()
      },
    }),
  }))
  await oneUser(server.origin, visit, done.signal)
  expect(urls).toEqual(['POST /api/login -', 'GET /api/me Bearer t1', 'GET /api/me Bearer t1'])
})

/** Runs one user until a path of `until` was asked for `times` times; GET /api/me answers 401. */
async function runUntil(scenarios: Scenario, until: string, times: number) {
  const done = new AbortController()
  const urls: string[] = []
  await using server = await startServer((request, response) => {
    urls.push(request.url!)
    if (urls.filter((url) => url === until).length === times) done.abort()
    response.writeHead(request.url === '/api/me' ? 401 : 200).end('{}')
  })
  return { result: await oneUser(server.origin, scenarios, done.signal), urls }
}

describe('a failed step', () => {
  const problems: string[] = []
  const { ends, expects, catches } = defineScenarios(routes, ({ request, scenario }) => ({
    ends: scenario({
      async run({ send }) {
        await send(request('GET /api/me'))
        await send(request('GET /api/items'))
      },
    }),
    expects: scenario({
      async run({ send }) {
        await send(request('GET /api/me', { expect: 401 }))
        await send(request('GET /api/items'))
      },
    }),
    catches: scenario({
      async run({ send }) {
        await send(request('GET /api/me')).catch((error: Error) => problems.push(error.message))
        await send(request('GET /api/items'))
      },
    }),
  }))

  test('ends the session there', async () => {
    const { result, urls } = await runUntil(ends, '/api/me', 3)
    expect(urls).toEqual(['/api/me', '/api/me', '/api/me'])
    expect(result).toMatchObject({ requests: 2, errors: 2, errorsByKind: { 'status 401': 2 } })
  })

  test('is none when its status is expected', async () => {
    const { result, urls } = await runUntil(expects, '/api/items', 2)
    expect(urls).toEqual(['/api/me', '/api/items', '/api/me', '/api/items'])
    expect(result).toMatchObject({ requests: 3, errors: 0, statuses: { 200: 1, 401: 2 } })
  })

  test('can be caught, and is an error still', async () => {
    const { result, urls } = await runUntil(catches, '/api/items', 1)
    expect(urls).toEqual(['/api/me', '/api/items'])
    expect(problems.join()).toContain('GET /api/me failed: status 401.')
    expect(result).toMatchObject({ requests: 1, errors: 1 })
  })
})

describe('a scenario that throws', () => {
  const { sync, late, notJson } = defineScenarios(routes, ({ request, scenario }) => ({
    sync: scenario({
      run: () => {
        throw new Error('broken')
      },
    }),
    late: scenario({
      async run({ send }) {
        await send(request('GET /api/me'))
        throw new TypeError('undefined is not a ballot')
      },
    }),
    notJson: scenario({
      async run({ send }) {
        ;(await send(request('GET /api/me'))).json()
      },
    }),
  }))

  test.each<[string, Scenario, string]>([
    ['at once', sync, 'The scenario "sync" threw: broken.'],
    ['later', late, 'The scenario "late" threw: undefined is not a ballot.'],
    [
      'on a body that is not JSON',
      notJson,
      'GET /api/me answered 200 with a body that is not JSON: "<html>".',
    ],
  ])('%s stops the run with its error', async (_when, scenarios, message) => {
    await using server = await startServer((_request, response) => response.end('<html>'))
    await expect(
      runLoad({ origin: server.origin, scenarios, model: 'closed', users: 2, duration: '1h' }),
    ).rejects.toThrow(message)
  })
})

test('a scenario that sends nothing leaves the run INVALID, and lets it end', async () => {
  await using server = await startServer((_request, response) => response.end())
  const { idle } = defineScenarios(routes, ({ scenario }) => ({ idle: scenario({ run: async () => {} }) }))
  const result = await runLoad({
    origin: server.origin,
    scenarios: idle,
    model: 'closed',
    users: 1,
    duration: '100ms',
  })
  expect(result).toMatchObject({ verdict: 'INVALID', requests: 0 })
  expect(ownReasons(result)).toEqual(['Nothing was measured: no request came to its end.'])
})
