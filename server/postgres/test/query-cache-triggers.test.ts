import { type Database, openDatabase } from '@hotpath/postgres'
import {
  installedTriggers,
  installStatements,
  removeStatements,
  runTogether,
} from '@hotpath/postgres/query-cache'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withServer } from './databases.ts'
import { fresh, one, open, schema } from './query-caches.ts'
import { until } from './replicas.ts'

const server = withServer()
let primary: Database
beforeAll(async () => {
  primary = await openDatabase({ url: server().url })
})
afterAll(() => primary.close())

test('hears of writes from elsewhere, by key; and serves nothing while it cannot hear', async () => {
  await fresh(primary)
  const watched = [
    { table: 'public.posts', key: 'id' },
    { table: 'public.users' },
    { table: 'public.events' },
  ]
  await runTogether(primary, await installStatements(primary, watched))
  expect(await installedTriggers(primary)).toEqual(expect.arrayContaining(watched))
  const elsewhere = await openDatabase({ url: server().url })
  await using opened = await open(primary, {
    outside: 'triggers',
    keys: { posts: 'id' },
    heartbeat: '100ms',
  })
  const { queries, loads } = opened
  await until(queries.isListening, (listening) => listening)
  const title = 'select title from posts where id = $1'
  await Promise.all([one(queries, title, [1]), one(queries, title, [2])])
  await elsewhere.query(`update posts set title = 'Elsewhere' where id = 1`)
  await until(
    () => one(queries, title, [1]),
    (found) => found === 'Elsewhere',
  )
  const before = loads()
  expect(await one(queries, title, [2])).toBe('Compilers')
  expect(loads(), 'the other row was left alone').toBe(before)
  await elsewhere.query(`insert into posts select n, 1, 'Many' from generate_series(100, 1000) n`)
  await until(
    () => one(queries, title, [500]),
    (found) => found === 'Many',
  )
  await one(queries, 'select count(*)::int from events')
  await elsewhere.query('insert into events_1 values (1, 5)')
  await until(
    () => one(queries, 'select count(*)::int from events'),
    (found) => found === 2,
  )
  // The listening connection is cut while a write comes.
  const cut = `select count(pg_terminate_backend(pid)) from pg_stat_activity where query like 'listen%' or query = 'select 1'`
  await elsewhere.query(cut)
  await until(queries.isListening, (listening) => !listening)
  await elsewhere.query(`update posts set title = 'Unheard' where id = 2`)
  expect(await one(queries, title, [2])).toBe('Unheard')
  await until(queries.isListening, (listening) => listening)
  expect(await one(queries, title, [2])).toBe('Unheard')
  await runTogether(primary, await removeStatements(primary))
  expect(await installedTriggers(primary)).toEqual([])
  await elsewhere.close()
})

test('embedded: writes and what triggers tell are seen, too', async () => {
  const database = await openDatabase()
  await database.query(schema)
  await runTogether(database, await installStatements(database, [{ table: 'public.users' }]))
  await using opened = await open(database, { outside: 'triggers' })
  const { queries, loads } = opened
  const name = 'select name from users where id = 2'
  expect([await one(queries, name), await one(queries, name), loads()]).toEqual(['Grace', 'Grace', 1])
  await database.query(`update users set name = 'Hopper' where id = 2`)
  expect(await one(queries, name)).toBe('Hopper')
  await queries.close()
  await database.close()
}, 60_000)
