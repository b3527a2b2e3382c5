import { type Database, openDatabase } from '@hotpath/postgres'
import { proposeIndexes, type Scanned } from '@hotpath/postgres/advisor'
import { afterAll, beforeAll, expect, test } from 'vitest'

let database: Database

beforeAll(async () => {
  database = await openDatabase({ tap: { plansPerMinute: 2 } })
  await database.query(`
    create table votes (question int, voter int, value int, at int, primary key (question, voter));
    insert into votes select n / 10, n % 10, 1, n from generate_series(1, 5000) n;
    create table few (a int, b int);
    insert into few select n, n from generate_series(1, 50) n;
    create index by_at on votes (at);
    analyze`)
})
afterAll(() => database?.close())

const propose = async (sql: string, scan: Omit<Scanned, 'sql'>) =>
  (await proposeIndexes(database, [{ sql, ...scan }]))[0]!

test('what is compared comes first, then the order in which rows are wanted', async () => {
  const sql = 'select value from votes where voter = $1 order by question desc limit $2'
  expect(await propose(sql, { table: 'votes' })).toEqual({
    title: 'votes (voter, question)',
    table: 'votes',
    rows: 5000,
    sql: 'create index concurrently if not exists "idx_votes_voter_question" on public.votes using btree ("voter", "question")',
  })
})

test('an index that is read from end to end serves nobody: it begins with another column', async () => {
  const sql = 'select value from votes where voter = $1'
  const through = { index: 'votes_pkey', condition: '(voter = ?)' }
  expect(await propose(sql, { table: 'votes', through })).toMatchObject({ title: 'votes (voter)' })
  const looked = { index: 'votes_pkey', condition: '((question = ?) AND (voter = ?))' }
  expect(await propose(sql, { table: 'votes', through: looked })).toBeNull()
})

test.each([
  ['an index serves it already', 'select value from votes where at = $1', 'votes'],
  ['the table is small', 'select b from few where a = $1', 'few'],
  ['nothing is compared', 'select sum(value) from votes', 'votes'],
  ['it cannot be read', 'selec value', 'votes'],
])('nothing is proposed where %s', async (_, sql, table) => {
  expect(await propose(sql, { table })).toBeNull()
})

test('the plan of a statement is asked for as it is now, so many times a minute', async () => {
  const sql = 'select value from votes where voter = $1'
  await database.query(sql, [3])
  const { statements } = await database.tap.report()
  const { fingerprint } = statements.find((statement) => statement.sql === sql)!
  const nodes = async () => JSON.stringify((await database.tap.planOf(fingerprint))?.plan ?? null)
  expect(await nodes()).toContain('"Relation Name":"votes"')
  await database.query('create index by_voter on votes (voter)')
  expect(await nodes()).toContain('by_voter')
  expect(await nodes()).toBe('null')
  expect(await database.tap.planOf('unheard of')).toBeNull()
})
