import { type Database, openDatabase } from '@hotpath/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withServer } from './databases.ts'
import { fresh, one, open } from './query-caches.ts'

const server = withServer()
let primary: Database
beforeAll(async () => {
  primary = await openDatabase({ url: server().url })
})
afterAll(() => primary.close())

test('a result is read once, until a write concerns one of its tables, also behind views and cascades', async () => {
  await fresh(primary)
  await using opened = await open(primary)
  const { queries, loads } = opened
  const count = 'with authors as (select * from titles) select count(*)::int from authors'
  expect([await one(queries, count), await one(queries, count), loads()]).toEqual([2, 2, 1])
  await primary.pool.query('update posts set title = $1 where id = 1', ['Analytical engines'])
  expect(await one(queries, count)).toBe(2)
  const before = loads()
  await primary.query('delete from users where id = 2')
  expect(await one(queries, count), 'the posts went with their author').toBe(1)
  expect(loads()).toBe(before + 1)
})

test('what triggers, functions and partitions write is seen', async () => {
  await fresh(primary)
  await using opened = await open(primary)
  const { queries } = opened
  const name = 'select name from users where id = 2'
  expect(await one(queries, name)).toBe('Grace')
  await primary.query('insert into audited values (1)')
  expect(await one(queries, name)).toBe('audited')
  expect(await one(queries, 'select count(*)::int from posts')).toBe(2)
  await primary.query('select writes_posts()')
  expect(await one(queries, 'select count(*)::int from posts')).toBe(0)
  expect(await one(queries, 'select count(*)::int from events')).toBe(1)
  await primary.query('insert into events_1 values (1, 2)')
  expect(await one(queries, 'select count(*)::int from events')).toBe(2)
  await primary.query(`do $$ begin insert into posts values (7, 1, 'Blind'); end $$`)
  expect(await one(queries, 'select count(*)::int from posts')).toBe(1)
})

test('a rollback invalidates nothing; a commit does before its caller is answered', async () => {
  await fresh(primary)
  await using opened = await open(primary)
  const { queries, loads } = opened
  const title = 'select title from posts where id = 1'
  await one(queries, title)
  const client = await primary.pool.connect()
  for (const end of ['rollback', 'commit'] as const) {
    await client.query('begin')
    await client.query('savepoint a')
    await client.query(`update posts set title = $1 where id = 1`, [end])
    expect(await one(queries, title), 'not before the commit').toBe('Engines')
    await client.query(end)
    if (end === 'rollback') expect([await one(queries, title), loads()]).toEqual(['Engines', 1])
  }
  expect(await one(queries, title)).toBe('commit')
  await client.query('begin')
  await client.query(`update posts set title = 'kept' where id = 1`)
  await client.query('savepoint b')
  await expect(client.query('select 1/0')).rejects.toThrow('zero')
  await client.query('rollback to savepoint b')
  await client.query('commit')
  expect(await one(queries, title)).toBe('kept')
  client.release()
})

test('where a statement names a key, writes to other rows leave its result alone', async () => {
  await fresh(primary)
  await using opened = await open(primary, { keys: { posts: 'id' } })
  const { queries, loads } = opened
  const title = 'select title from posts where id = $1'
  const all = 'select count(*)::int from posts'
  await Promise.all([one(queries, title, [1]), one(queries, title, ['2']), one(queries, all)])
  expect(loads()).toBe(3)
  await primary.query('update posts set title = $2 where id = $1', [2, 'Changed'])
  expect([await one(queries, title, [1]), loads()]).toEqual(['Engines', 3])
  expect([await one(queries, title, ['2']), loads()]).toEqual(['Changed', 4])
  expect([await one(queries, all), loads()]).toEqual([2, 5])
  await primary.query('update posts set id = 3 where id = $1', [2])
  expect(await one(queries, title, ['2'])).toBeUndefined()
  await primary.query(`insert into posts values (2, 1, 'Again')`)
  expect(await one(queries, title, ['2'])).toBe('Again')
})

test('what it cannot follow is asked of the database each time', async () => {
  await fresh(primary)
  await using opened = await open(primary)
  const { queries, loads } = opened
  const statements = [
    'select now()',
    'select current_timestamp',
    'select reads_posts()',
    'select * from secrets',
    'select * from pg_class limit 1',
    'select random() from posts',
    `select 'now'::timestamptz`,
    'select * from posts for update',
    'delete from posts where false',
  ]
  for (const statement of statements) {
    expect(queries.refusal(statement), statement).not.toBeNull()
    await queries.query(statement)
  }
  expect(loads()).toBe(0)
  expect(queries.refusal('select lower(title), count(*) from posts group by 1')).toBeNull()
})

test('where tables are named, results of others are not kept, and writes to them invalidate nothing', async () => {
  await fresh(primary)
  await using opened = await open(primary, { tables: ['users'] })
  const { queries, loads, invalidations } = opened
  const name = 'select name from users where id = 1'
  expect([await one(queries, name), await one(queries, name), loads()]).toEqual(['Ada', 'Ada', 1])
  expect(queries.refusal('select title from posts')).toBe('results of public.posts are not kept')
  expect(queries.refusal('select * from titles')).toContain('public.posts')
  const before = invalidations()
  await primary.query(`update posts set title = 'Other' where id = 1`)
  expect(invalidations()).toBe(before)
  await primary.query(`update users set name = 'Lovelace' where id = 1`)
  expect(await one(queries, name)).toBe('Lovelace')
  const declared = () => queries.query(name, [], { tables: ['users', 'posts'] })
  await declared()
  await declared()
  expect(loads(), 'what also depends on others is asked each time').toBe(2)
})
