import { type Database } from '@hotpath/postgres'
import { checkHealth } from '@hotpath/postgres/health'
import { beforeAll, describe, expect, test } from 'vitest'
import { activityQuery, type SessionRow } from '../src/health/catalog/activity.ts'
import { type IndexRow, indexesQuery } from '../src/health/catalog/indexes.ts'
import { type ServerRow, serverQuery } from '../src/health/catalog/server.ts'
import { type TableRow, tablesQuery } from '../src/health/catalog/tables.ts'
import { blockedSessions, longTransactions } from '../src/health/rules/sessions.ts'
import { connectionUse } from '../src/health/rules/connections.ts'
import { settingsWorthChanging } from '../src/health/rules/settings.ts'
import { unusedIndexes } from '../src/health/rules/unused-indexes.ts'
import { wraparound } from '../src/health/rules/wraparound.ts'
import { openBoth } from './databases.ts'
import { until } from './replicas.ts'

const schema = `
  create table users (id int primary key, name text not null, city text);
  create table posts (id int primary key, author int references users, editor int references users, title text);
  create index posts_editor on posts (editor);
  create index users_name on users (name);
  create index users_name_city on users (name, city);
  create unique index users_name_id on users (id, name);
  create index users_city_a on users (city);
  create index users_city_b on users (city);
  create index users_lower on users (lower(name));
  create index users_some on users (name) where city = 'Bern';
  insert into users select n, 'user ' || n, 'Bern' from generate_series(1, 2000) n;
  insert into posts select n, n, n, 'post' from generate_series(1, 2000) n;
  analyze;
`
const databases = openBoth()
beforeAll(() => Promise.all([databases.server().query(schema), databases.embedded().query(schema)]))

const day = 86_400_000

describe.for([
  ['a server', () => databases.server()],
  ['embedded', () => databases.embedded()],
] as const)('%s', ([, open]) => {
  test('finds duplicate indexes and foreign keys without one, and statements that mend both', async () => {
    const database: Database = open()
    const { findings, checked } = await checkHealth(database)
    const about = (rule: string) => findings.filter((one) => one.rule === rule).map(({ subject }) => subject)
    expect(about('duplicate-index')).toEqual(['public.users_city_b', 'public.users_name'])
    expect(about('foreign-key-without-index')).toEqual(['public.posts (author)'])
    expect(checked.tables).toBe(2)
    for (const { statement, rule } of findings) if (rule !== 'setting') await database.query(statement!)
    const after = await checkHealth(database)
    expect(after.findings.filter(({ rule }) => rule !== 'setting')).toEqual([])
  })
})

test('an index that only a replica reads is in use', async () => {
  const { rows } = await databases.server().query<IndexRow>(indexesQuery)
  const index = { ...rows.find(({ name }) => name === 'users_lower')!, bytes: 2 ** 30, scans: 0 }
  const read = { ...index, scans: 12 }
  expect(unusedIndexes({ servers: [[index], [index]], countedForMs: 30 * day })).toMatchObject([
    { subject: 'public.users_lower', statement: 'drop index concurrently public.users_lower' },
  ])
  expect(unusedIndexes({ servers: [[index], [read]], countedForMs: 30 * day })).toEqual([])
  expect(unusedIndexes({ servers: [[index]], countedForMs: day })).toEqual([])
})

test('dead rows that nobody removes, and rows near the end of transaction numbers', async () => {
  const database = databases.server()
  await database.query('create table churn (id int) with (autovacuum_enabled = off)')
  await database.query('insert into churn select generate_series(1, 5000)')
  await database.query('delete from churn')
  const { findings } = await until(
    () => checkHealth(database),
    ({ findings }) => findings.some(({ rule }) => rule === 'vacuum-lag'),
  )
  const found = findings.find(({ rule }) => rule === 'vacuum-lag')!
  expect(found).toMatchObject({ subject: 'public.churn', statement: 'vacuum (analyze) public.churn' })
  const { rows } = await database.query<TableRow>(tablesQuery)
  expect(wraparound(rows)).toEqual([])
  expect(wraparound([{ ...rows[0]!, age: 300e6 }])[0]!.severity).toBe('warning')
  expect(wraparound([{ ...rows[0]!, age: 1.5e9 }])[0]!.severity).toBe('critical')
})

test('an invalid index is found by its name', async () => {
  const database = databases.server()
  await database.query('create table twice (id int)')
  await database.query('insert into twice values (1), (1)')
  await expect(database.query('create unique index concurrently twice_id on twice (id)')).rejects.toThrow(
    'twice_id',
  )
  const { findings } = await checkHealth(database)
  expect(findings.find(({ rule }) => rule === 'invalid-index')).toMatchObject({ subject: 'public.twice_id' })
})

test('who blocks whom is said without the values of statements', async () => {
  const database = databases.server()
  const blocker = await database.pool.connect()
  const waiter = await database.pool.connect()
  await blocker.query('begin')
  await blocker.query(`update users set name = 'private' where id = 1`)
  const waits = waiter.query(`update users set name = 'other' where id = 1`)
  const look = async () => (await database.query<SessionRow>(activityQuery)).rows
  const sessions = await until(look, (rows) => rows.some(({ blockedBy }) => blockedBy.length > 0))
  await blocker.query('rollback')
  await waits
  const later = sessions.map((session) => ({ ...session, stateFor: 90, transactionFor: 90 }))
  const [found] = blockedSessions(later)
  expect(found!.evidence).toContain('1 session waits')
  expect(found!.evidence).not.toContain('private')
  expect(longTransactions(later).map(({ statement }) => statement)).toContain(found!.statement)
  expect(longTransactions(sessions)).toEqual([])
  blocker.release()
  waiter.release()
})

test('settings are judged by what the server measured', async () => {
  const { rows } = await databases.server().query<ServerRow>(serverQuery(150_000))
  const server: ServerRow = { ...rows[0]!, fsync: true, idleInTransactionTimeoutMs: 1 }
  const names = (given: Partial<ServerRow>, memoryBytes?: number) =>
    settingsWorthChanging({ ...server, ...given }, memoryBytes === undefined ? {} : { memoryBytes }).map(
      ({ statement }) => statement!.replace('alter system set ', ''),
    )
  expect(names({})).toEqual([])
  expect(names({ fsync: false })).toEqual([`fsync = 'on'`])
  const cold = {
    blocksHit: 50_000,
    blocksRead: 50_000,
    databaseBytes: 2 ** 34,
    trackIoTiming: true,
    readMs: 5_000_000,
  }
  expect(names(cold, 2 ** 33)).toEqual([`shared_buffers = '2048MB'`])
  expect(names({ ...cold, readMs: 5_000 }, 2 ** 33)).toContain(`random_page_cost = '1.1'`)
  expect(names({ tempFiles: 1000, tempBytes: 1000 * 2 ** 24, countedFor: 86_400 })).toEqual([
    `work_mem = '64MB'`,
  ])
  expect(names({ requestedCheckpoints: 50, timedCheckpoints: 5 })).toEqual([`max_wal_size = '2048MB'`])
  expect(connectionUse({ ...server, connections: 96 })[0]!.severity).toBe('critical')
})
