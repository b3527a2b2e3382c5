import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { route } from '@hotpath/core'
import { httpChannels, type HttpRequestMessage } from '@hotpath/http'
import { runToken } from '@hotpath/http/limits'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createHotpath } from '../src/create-hotpath.ts'
import type { Hotpath } from '../src/hotpath.ts'
import { startProxy, type StartProxyOptions } from '../src/start-proxy.ts'

const secret = 'of this start'
const beforeSunset = Date.UTC(2026, 0, 1)
let now = beforeSunset
let folder = ''
let hotpath: Hotpath
let server: http.Server
let url = ''

/** How each finished request was answered: `socket hit`, `node miss`. */
let sorts: string[] = []
const hear = (message: unknown) => {
  const { request, cache } = message as HttpRequestMessage
  sorts.push(`${request instanceof http.IncomingMessage ? 'node' : 'socket'} ${cache}`)
}

interface Answer {
  status: number
  headers: http.IncomingHttpHeaders
}

const ask = (target: string, headers: http.OutgoingHttpHeaders = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const request = http.get(new URL(target, url), {
      agent: false,
      headers: { connection: 'keep-alive', ...headers },
    })
    request.once('error', reject).once('response', (response) => {
      response.resume().once('end', () => {
        resolve({ status: response.statusCode!, headers: response.headers })
        request.destroy()
      })
    })
  })

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fast-path-'))
  subscribe(httpChannels.request, hear)
  hotpath = await createHotpath({
    name: 'fast',
    routes: [
      route('GET /limited', { fresh: '1h', limit: 'few' }),
      route('GET /free', { fresh: '1h' }),
      route('GET /api/v1/old', { fresh: '1h' }),
    ],
    limits: { rates: { few: { limit: 5, window: '1h' } } },
    api: {
      serverTiming: 'same-origin',
      versions: {
        path: '/api',
        versions: { 1: { deprecated: '2025-01-01', sunset: '2026-06-01' }, 2: {} },
        afterSunset: 'gone',
        clock: () => now,
      },
    },
    environment: { HOTPATH_FOLDER: folder, HOTPATH_FAST_PATH: 'on', HOTPATH_RUN_SECRET: secret },
    drain: { propagation: '100ms', grace: '5s' },
  })
  server = hotpath.serverFactory((request: http.IncomingMessage, response: http.ServerResponse) => {
    request.resume()
    response.end('made')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}, 60_000)

afterAll(async () => {
  unsubscribe(httpChannels.request, hear)
  server.closeAllConnections()
  server.close()
  await hotpath.close()
  await rm(folder, { recursive: true, force: true })
})

beforeEach(() => {
  sorts = []
})

test('a rate limit counts hits that are answered from the socket, each once, and refuses through node:http', async () => {
  const answers: Answer[] = []
  for (let count = 0; count < 7; count++) answers.push(await ask('/limited'))
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429])
  expect(answers.map(({ headers }) => /r=(\d+)/.exec(String(headers['ratelimit']))?.[1])).toEqual(
    Array.from('4321000'),
  )
  expect(sorts).toEqual(['node miss', 'socket hit', 'socket hit', 'socket hit', 'socket hit'])
  expect(answers[2]!.headers).toEqual({
    ...answers[1]!.headers,
    ratelimit: answers[2]!.headers['ratelimit'],
    age: answers[2]!.headers['age'],
    'cache-status': answers[2]!.headers['cache-status'],
  })
  expect(answers[2]!.headers['x-content-type-options']).toBe('nosniff')
  const exempt = await ask('/limited', { 'hotpath-run': runToken(secret) })
  expect(exempt.status).toBe(200)
  expect(exempt.headers).not.toHaveProperty('ratelimit')
  expect(sorts.at(-1)).toBe('socket hit')
})

test('clients that are told in Server-Timing are told by node:http', async () => {
  await ask('/free')
  expect((await ask('/free')).headers).not.toHaveProperty('server-timing')
  const told = await ask('/free', { 'sec-fetch-site': 'same-origin' })
  expect(told.headers['server-timing']).toContain('cache;desc="hit"')
  expect((await ask('/free', { 'sec-fetch-site': 'cross-site' })).headers).not.toHaveProperty('server-timing')
  expect(sorts).toEqual(['node miss', 'socket hit', 'node hit', 'socket hit'])
})

test('what has come to its end is gone, though it is stored', async () => {
  await ask('/api/v1/old')
  expect((await ask('/api/v1/old')).status).toBe(200)
  now = Date.UTC(2026, 5, 2)
  expect((await ask('/api/v1/old')).status).toBe(410)
  now = beforeSunset
  expect((await ask('/api/v1/old')).status).toBe(200)
  expect(sorts).toEqual(['node miss', 'socket hit', 'socket hit'])
})

test('the paths of the layer itself, and a drain, are as ever', async () => {
  await ask('/free')
  expect((await ask('/health')).status).toBe(200)
  expect((await ask('/health')).headers['cache-status']).toBeUndefined()
  sorts = []
  expect((await ask('/free')).headers.connection).toBe('keep-alive')
  const drained = hotpath.drain()
  expect((await ask('/free')).headers.connection).toBe('close')
  expect(await drained).toEqual({ cut: 0 })
  expect(sorts).toEqual(['socket hit', 'node hit'])
})

test('a proxy answers from the socket, whatever strangers say of forwarding', async () => {
  const policy = path.join(folder, 'policy.json')
  await writeFile(policy, JSON.stringify({ routes: { 'GET /x': { fresh: '1h' } } }))
  const origin = http.createServer((_request, response) => void response.end('made'))
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve))
  const { port } = origin.address() as AddressInfo
  const given = { origin: `http://127.0.0.1:${port}`, port: 0, policy, drain: { propagation: '0s' } } as const
  const answered = async (options: Partial<StartProxyOptions>) => {
    const proxy = await startProxy({ ...given, environment: {}, ...options })
    url = proxy.url
    sorts = []
    try {
      await ask('/x')
      await ask('/x', { 'x-forwarded-host': 'a.example', 'x-forwarded-for': '192.0.2.1' })
      await ask('/x', { 'x-forwarded-host': 'a.example' })
    } finally {
      await proxy.close()
    }
    return sorts
  }
  expect(await answered({})).toEqual(['node miss', 'node hit', 'node hit'])
  expect(await answered({ fastPath: true })).toEqual(['node miss', 'socket hit', 'socket hit'])
  expect(await answered({ fastPath: true, trustForwarded: true })).toEqual([
    'node miss',
    'node miss',
    'socket hit',
  ])
  origin.closeAllConnections()
  origin.close()
})
