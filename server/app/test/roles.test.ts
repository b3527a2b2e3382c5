import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Monitor } from '@hotpath/monitor'
import type { Database } from '@hotpath/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CacheControls } from '../src/cache-paths.ts'
import { databasePaths } from '../src/database-paths.ts'
import { ownPaths } from '../src/own-paths.ts'
import type { Replicas } from '../src/replicas.ts'

const viewToken = 'for-those-who-look-only'
const asViewer = { authorization: `Bearer ${viewToken}` }
const worker = { pid: 7, number: 2 }
const done: string[] = []
let server: Server
let origin: string

/** Notes that it was called. */
const note = (name: string) => async () => {
  done.push(name)
  return { acknowledged: true, processes: 1 }
}

beforeAll(async () => {
  const alerts = { engine: { silence: note('silence'), test: note('test') } }
  const database = {
    kind: 'pglite',
    pool: { stats: () => ({}) },
    query: () => Promise.reject(new Error('nothing to ask')),
    tap: { report: async ({ parameters }: { parameters: boolean }) => ({ statements: [{ parameters }] }) },
  } as unknown as Database
  const stage = ownPaths({
    monitor: { alerts } as unknown as Monitor,
    tokens: { administrator: null, viewer: viewToken },
    consoleFiles: (_, response) => void response.end('console'),
    caches: {
      worker,
      purge: note('purge'),
      turn: note('turn'),
      warm: note('warm'),
      tasks: () => ['cities'],
      off: () => [],
    } as unknown as CacheControls,
    database: databasePaths(database, { worker, replicas: {} as Replicas }),
    routes: () => [],
    dispensable: async () => ({}),
    drain: { probed: () => true },
  })
  server = createServer(stage((_, response) => void response.end('application')))
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/_hotpath/api/`
})

afterAll(() => void server.close())

const ask = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(origin + path, init)
  return { status: response.status, text: await response.text() }
}

test('tells callers who they are taken for', async () => {
  const person = await ask('whoami')
  expect(JSON.parse(person.text)).toEqual({ worker, role: 'administrator', by: 'this machine' })
  const viewer = await ask('whoami', { headers: { ...asViewer, 'x-forwarded-for': '10.0.0.1' } })
  expect(JSON.parse(viewer.text)).toEqual({ worker, role: 'viewer', by: 'token' })
  expect((await ask('whoami', { headers: { 'x-forwarded-for': '10.0.0.1' } })).status).toBe(401)
})

test.each([
  ['cache/purge', { tags: ['a'] }],
  ['cache/route', { route: 'GET /a', cache: 'off' }],
  ['cache/warm', { names: ['cities'] }],
  ['alerts/silence', { for: '1h', reason: 'known' }],
  ['alerts/test', {}],
])('whoever may only look is refused POST %s, and nothing happens', async (path, body) => {
  const post = { method: 'POST', body: JSON.stringify(body) }
  const headers = { 'content-type': 'application/json' }
  done.length = 0
  const refused = await ask(path, { ...post, headers: { ...headers, ...asViewer } })
  expect(refused.status).toBe(403)
  expect(refused.text).toContain('HOTPATH_TOKEN')
  expect(done).toEqual([])
  expect((await ask(path, { ...post, headers })).status).toBe(200)
  expect(done).toHaveLength(1)
})

test('values of statements are asked for administrators only', async () => {
  const values = async (headers: Record<string, string>) => {
    const { text } = await ask('database', { headers })
    return (JSON.parse(text) as { statements: { parameters: boolean }[] }).statements[0]?.parameters
  }
  expect(await values({})).toBe(true)
  expect(await values(asViewer)).toBe(false)
})
