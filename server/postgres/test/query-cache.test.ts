import { createCache, createTagSpace } from '@hotpath/cache'
import { type Database, openDatabase } from '@hotpath/postgres'
import {
  createQueryCache,
  installedTriggers,
  installStatements,
  type QueryCache,
  type QueryCacheOptions,
  removeStatements,
  runTogether,
} from '@hotpath/postgres/query-cache'
import { createRouter } from '@hotpath/postgres/router'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Pair, startPair, until } from './replicas.ts'

let pair: Pair
beforeAll(async () => {
  pair = await startPair()
}, 60_000)
afterAll(() => pair[Symbol.asyncDispose]())

const schema = `
  create table users (id int primary key, name text not null);
  create table posts (id int primary key, author int references users on delete cascade, title text not null);
  create table audited (id int primary key);
  create table events (day int not null, id int not null) partition by list (day);
  create table events_1 partition of events for values in (1);
  create view titles as select p.title, u.name from posts p join users u on u.id = p.author;
  create table secrets (id int);
  alter table secrets enable row level security;
  create function reads_posts() returns bigint language sql stable as 'select count(*) from posts';
  create function writes_posts() returns void language sql volatile as 'delete from posts';
  create function audit() returns trigger language plpgsql as $$ begin update users set name = 'audited' where id = 2; return null; end $$;
  create trigger audit after insert on audited execute function audit();
  insert into users values (1, 'Ada'), (2, 'Grace');
  insert into posts values (1, 1, 'Engines'), (2, 2, 'Compilers');
  insert into events values (1, 1);
`
const reset = `drop table if exists users, posts, audited, events, secrets cascade;
  drop function if exists reads_posts, writes_posts, audit`

/** A query cache of its own over fresh tables. */
async function open(
  database: Database,
  options: Partial<QueryCacheOptions> = {},
): Promise<{ queries: QueryCache; loads: () => number } & AsyncDisposable> {
  const cache = createCache({ namespace: 'queries', tags: createTagSpace(), ttl: '1h' })
  const queries = await createQueryCache({ database, cache, ...options })
  return {
    queries,
    loads: () => cache.stats().loads,
    [Symbol.asyncDispose]: () => queries.close(),
  }
}

async function fresh(database: Database): Promise<void> {
  await database.query(reset)
  await database.query(schema)
}

const one = async (queries: QueryCache, sql: string, params: readonly unknown[] = []) =>
  Object.values((await queries.query<Record<string, unknown>>(sql, params)).rows[0] ?? {})[0]

describe('on a server', () => {
  test('a result is read once, until a write concerns one of its tables, also behind views and cascades', async () => {
    const { primary } = pair
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
    const { primary } = pair
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
    const { primary } = pair
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
    const { primary } = pair
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
    const { primary } = pair
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

  test('readers and writers on two pools: no read begun after a write was answered misses it', async () => {
    const { primary, servers } = pair
    await fresh(primary)
    const other = await openDatabase({ url: servers.primary.url })
    const tags = createTagSpace()
    const sides = await Promise.all(
      [primary, other].map(async (database, side) => {
        const cache = createCache({ namespace: `side-${side}`, tags, ttl: '1h' })
        return {
          database,
          cache,
          queries: await createQueryCache({ database, cache, keys: { posts: 'id' } }),
        }
      }),
    )
    const answered = [0, 0, 0]
    let version = 0
    let stale = 0
    const work = async (worker: number): Promise<void> => {
      const { database, queries } = sides[worker % 2]!
      for (let round = 0; round < 400; round++) {
        const id = 1 + ((round + worker) % 2)
        if (round % 10 === worker % 10) {
          const mine = ++version
          const set = 'update posts set title = $2 where id = $1 and title::int < $3'
          await database.query(set, [id, String(mine), mine])
          answered[id] = Math.max(answered[id]!, mine)
        } else {
          const atLeast = answered[id]!
          if (Number(await one(queries, 'select title from posts where id = $1', [id])) < atLeast) stale += 1
        }
      }
    }
    await primary.query(`update posts set title = '0'`)
    await Promise.all(Array.from({ length: 10 }, (_, worker) => work(worker)))
    expect(stale).toBe(0)
    const { hits, loads } = sides[0]!.cache.stats()
    expect(hits, 'most reads were hits').toBeGreaterThan(loads)
    for (const { queries } of sides) await queries.close()
    await other.close()
  })

  test('a replica that is behind never fills it', async () => {
    const { primary, replica } = pair
    await fresh(primary)
    const router = await createRouter({
      primary,
      replicas: { replica },
      secret: 'a secret of the tests',
      pollEvery: '20ms',
      maxLag: '1h',
    })
    await using opened = await open(primary, { router })
    const { queries } = opened
    const title = 'select title from posts where id = 1'
    await until(
      () => router.report().replicas[0]!,
      ({ lagMs }) => lagMs !== null,
    )
    await one(queries, title)
    await replica.query('select pg_wal_replay_pause()')
    try {
      await primary.query(`update posts set title = 'New' where id = 1`)
      expect(await one(queries, title)).toBe('New')
      expect(await one(queries, title)).toBe('New')
    } finally {
      await replica.query('select pg_wal_replay_resume()')
      await router.close()
    }
  })

  test('hears of writes from elsewhere, by key; and serves nothing while it cannot hear', async () => {
    const { primary, servers } = pair
    await fresh(primary)
    const watched = [
      { table: 'public.posts', key: 'id' },
      { table: 'public.users' },
      { table: 'public.events' },
    ]
    await runTogether(primary, await installStatements(primary, watched))
    expect(await installedTriggers(primary)).toEqual(expect.arrayContaining(watched))
    const elsewhere = await openDatabase({ url: servers.primary.url })
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
