import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createHotpath, type Database, type Hotpath, route } from '@hotpath/app'
import { openDatabase } from '@hotpath/postgres'
import { type LocalPostgres, startPostgres } from '@hotpath/postgres/local'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

let server: LocalPostgres
let folder: string
let hotpath: Hotpath
let listener: http.Server
let url: string
/** Holds the lock that the statements wait for. */
let holder: Database
/** What each request ended with, as its handler saw it. */
let ended: string[] = []
/** Requests whose connection has ended. */
let left = 0

/** It waits for as long as the test holds the lock. */
const waiting = 'select pg_advisory_xact_lock_shared(1)'

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hotpath-limits-'))
  server = await startPostgres({ durable: false })
  holder = await openDatabase({ url: server.url, poolSize: 1 })
  hotpath = await createHotpath({
    name: 'limits',
    routes: [
      route('GET /bounded', { statementTimeout: '50ms' }),
      route('GET /cancelled', { cancelStatements: true }),
      route('GET /whole'),
      route('GET /cached', { fresh: '1h', cancelStatements: true }),
      route('GET /object', { cancelStatements: true }),
    ],
    limits: { maxLoopDelay: false },
    environment: { HOTPATH_FOLDER: folder, DATABASE_URL: server.url },
  })
  const wait = () => hotpath.database.query(waiting)
  listener = http.createServer((request, response) => {
    const name = request.url!.slice(1)
    response.once('close', () => (left += 1))
    const work =
      name === 'object' ? hotpath.cache.getOrLoad('object', async () => (await wait()).rowCount) : wait()
    work.then(
      () => {
        ended.push('answered')
        response.end(name)
      },
      (error: Error & { code: string }) => {
        ended.push(error.code)
        response.writeHead(500).end(error.code)
      },
    )
  })
  hotpath.attach(listener)
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
}, 60_000)
afterAll(async () => {
  listener.closeAllConnections()
  listener.close()
  await hotpath.close()
  await holder.close()
  await server.stop()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  ended = []
  await holder.query('select pg_advisory_lock(1)')
})

const letThrough = () => holder.query('select pg_advisory_unlock(1)')

async function waiters(): Promise<number> {
  const { rows } = await holder.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity where query = $1 and wait_event = 'advisory'`,
    [waiting],
  )
  return rows[0]!.n
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = performance.now() + 20_000; !(await isSo());) {
    if (performance.now() > deadline) throw new Error('It never became so.')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** A client that leaves once its statement waits. Resolves when the server has noticed. */
async function leave(name: string): Promise<void> {
  const client = new AbortController()
  const before = { waiting: await waiters(), left }
  const answer = fetch(`${url}/${name}`, { signal: client.signal }).catch(() => {})
  await until(async () => (await waiters()) === before.waiting + 1)
  client.abort()
  await answer
  await until(() => left > before.left)
}

/** What was to be cancelled before has been cancelled once this returns. */
async function leaveAndBeCancelled(): Promise<void> {
  await leave('cancelled')
  await until(() => ended.includes('HP_STATEMENT_CANCELLED'))
}

test('a statement ends with the time that its route gives it', async () => {
  const answer = await fetch(`${url}/bounded`)
  expect([answer.status, await answer.text()]).toEqual([500, 'HP_STATEMENT_TIMEOUT'])
  expect(await waiters()).toBe(0)
  await letThrough()
})

test('a client that leaves takes its statement along, where the route says so', async () => {
  await leaveAndBeCancelled()
  expect(await waiters()).toBe(0)
  await letThrough()
})

test('elsewhere the statement goes on', async () => {
  await leave('whole')
  await leaveAndBeCancelled()
  expect(await waiters()).toBe(1)
  await letThrough()
  await until(() => ended.length === 2)
  expect(ended).toEqual(['HP_STATEMENT_CANCELLED', 'answered'])
})

test('who waits for the same answer gets it, though the first who asked has left', async () => {
  const first = leave('cached')
  await until(async () => (await waiters()) === 1)
  const second = fetch(`${url}/cached`)
  await first
  await until(() => ended.includes('HP_STATEMENT_CANCELLED'))
  await letThrough()
  expect(await (await second).text()).toBe('cached')
})

test('the load of an object belongs to everybody: it is not cancelled', async () => {
  await leave('object')
  await leaveAndBeCancelled()
  expect(await waiters()).toBe(1)
  const second = fetch(`${url}/object`)
  await letThrough()
  expect(await (await second).text()).toBe('object')
})
