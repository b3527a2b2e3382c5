import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '@hotpath/postgres'
import { runInScope } from '@hotpath/postgres/tap'
import { failureOf, withServer } from './databases.ts'

const server = withServer()
let database: Database
let watcher: Database
beforeAll(async () => {
  database = await openDatabase({ url: server().url, poolSize: 1 })
  watcher = await openDatabase({ url: server().url, poolSize: 1 })
})
afterAll(() => Promise.all([database.close(), watcher.close()]))

const sleeping = async () => {
  const active = "select 1 from pg_stat_activity where state = 'active' and query like 'select pg_sleep%'"
  return (await watcher.query(active)).rowCount
}

test('a signal cancels its statement at the server, and the connection goes on', async () => {
  const gone = new AbortController()
  const { rows: before } = await database.query('select pg_backend_pid() as pid')
  const failure = failureOf(database.query('select pg_sleep(60)', [], { signal: gone.signal }))
  await expect.poll(sleeping).toBe(1)
  gone.abort()
  expect(await failure).toMatchObject({ code: 'HP_STATEMENT_CANCELLED' })
  expect(await sleeping()).toBe(0)
  expect((await database.query('select pg_backend_pid() as pid')).rows).toEqual(before)
})

test('a request that is over cancels what runs for it, and nothing is sent for it any more', async () => {
  const gone = new AbortController()
  await runInScope({ route: 'GET /reports', signal: gone.signal }, async () => {
    const failure = failureOf(database.query('select pg_sleep(60)'))
    await expect.poll(sleeping).toBe(1)
    gone.abort()
    expect(await failure).toMatchObject({ code: 'HP_STATEMENT_CANCELLED' })
    expect(await failureOf(database.query('create table never (id int)'))).toMatchObject({
      code: 'HP_STATEMENT_CANCELLED',
    })
  })
  expect((await database.query("select to_regclass('never') as found")).rows).toEqual([{ found: null }])
})

test('a route has a statement timeout of its own', async () => {
  const failure = runInScope({ route: 'GET /reports', statementTimeoutMs: 50 }, () =>
    failureOf(database.query('select pg_sleep(60)')),
  )
  expect(await failure).toMatchObject({ code: 'HP_STATEMENT_TIMEOUT' })
  expect((await failure).message).toContain('after 50 ms')
})

test('what waits behind another statement is cancelled in its turn, and no other is', async () => {
  const gone = new AbortController()
  const client = await database.pool.connect()
  const first = client.query('select pg_sleep(0.2), 1 as n')
  const second = failureOf(client.query({ text: 'select pg_sleep(60)', signal: gone.signal } as never))
  const third = client.query('select 3 as n')
  gone.abort()
  expect((await first).rows).toMatchObject([{ n: 1 }])
  expect(await second).toMatchObject({ code: 'HP_STATEMENT_CANCELLED' })
  expect((await third).rows).toEqual([{ n: 3 }])
  client.release()
})

test('the embedded database cannot cancel: its caller is told at once, and the statement runs on', async () => {
  const embedded = await openDatabase()
  const gone = new AbortController()
  const failure = failureOf(
    embedded.query('create table done as select 1 as id from pg_sleep(0.3)', [], { signal: gone.signal }),
  )
  await expect.poll(() => embedded.pool.stats().acquired).toBe(1)
  gone.abort()
  expect(await failure).toMatchObject({ code: 'HP_STATEMENT_CANCELLED' })
  expect((await embedded.query('select id from done')).rows).toEqual([{ id: 1 }])
  await embedded.close()
})
