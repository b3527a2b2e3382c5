import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '@hotpath/postgres'
import type { DatabaseOptions } from '../src/options.ts'
import { failureOf, withServer } from './databases.ts'

const server = withServer()
const kinds: [string, (options?: DatabaseOptions) => Promise<Database>][] = [
  ['a server', (options) => openDatabase({ poolSize: 1, ...options, url: server().url })],
  ['the embedded database', (options) => openDatabase(options)],
]

describe.each(kinds)('the pool of %s', (_kind, open) => {
  let database: Database
  beforeAll(async () => {
    database = await open({ connectTimeout: '1s' })
    await database.query('create table votes (id int primary key)')
  })
  afterAll(() => database.close())
  const ids = async () =>
    (await database.query<{ id: number }>('select id from votes order by id')).rows.map(({ id }) => id)

  test('rolls back what a client leaves open when it is released', async () => {
    const client = await database.pool.connect()
    await client.query('begin')
    await client.query('insert into votes values (100)')
    client.release()
    expect(await ids()).not.toContain(100)
    expect((await database.query('select pg_current_xact_id_if_assigned() as open')).rows).toEqual([
      { open: null },
    ])
  })

  test('rolls back a transaction that an error ended, whatever was sent in one text', async () => {
    await failureOf(database.query('begin; insert into votes values (101); select 1/0'))
    expect(await ids()).not.toContain(101)
  })

  test('waits with the rollback for statements that nobody awaited', async () => {
    const client = await database.pool.connect()
    await client.query('begin')
    const unawaited = client.query('insert into votes values (102)')
    client.release()
    await unawaited
    expect(await ids()).not.toContain(102)
  })

  test('keeps the connection over an SQL error', async () => {
    await database.query("set application_name = 'the very one'")
    await failureOf(database.query('select 1/0'))
    expect((await database.query('show application_name')).rows).toEqual([
      { application_name: 'the very one' },
    ])
    const client = await database.pool.connect()
    const failure = await failureOf(client.query('select 1/0'))
    client.release(failure)
    expect((await database.query('show application_name')).rows).toEqual([
      { application_name: 'the very one' },
    ])
  })

  test('begins a fresh session after a client was thrown away', async () => {
    const client = await database.pool.connect()
    await client.query("set application_name = 'thrown away'")
    await client.query('begin')
    await client.query('insert into votes values (103)')
    client.release(true)
    expect((await database.query('show application_name')).rows).not.toEqual([
      { application_name: 'thrown away' },
    ])
    expect(await ids()).not.toContain(103)
  })

  test('refuses a second release', async () => {
    const client = await database.pool.connect()
    client.release()
    expect(() => client.release()).toThrow(expect.objectContaining({ code: 'HP_CLIENT_RELEASED_TWICE' }))
    expect(await database.query('select 1 as n')).toMatchObject({ rows: [{ n: 1 }] })
  })

  test('serves its callers in the order in which they came', async () => {
    const holder = await database.pool.connect()
    const order: number[] = []
    const callers = [1, 2, 3].map(async (caller) => {
      await database.query('select 1')
      order.push(caller)
    })
    expect(database.waiting()).toBe(3)
    holder.release()
    await Promise.all(callers)
    expect(order).toEqual([1, 2, 3])
    expect(database.waiting()).toBe(0)
  })

  test('keeps others out of a transaction until its client is released', async () => {
    const client = await database.pool.connect()
    await client.query('begin')
    await client.query('insert into votes values (1)')
    const other = ids()
    await client.query('insert into votes values (2)')
    await client.query('commit')
    client.release()
    expect(await other).toEqual(expect.arrayContaining([1, 2]))
  })

  test('tells a caller that waited too long how long it was and how many are busy', async () => {
    const holder = await database.pool.connect()
    const failure = await failureOf(database.query('select 1'))
    holder.release()
    expect(failure).toMatchObject({ code: 'HP_POOL_TIMEOUT' })
    expect(failure.message).toMatch(/in \d+ ms: 1 of 1 are busy, 0 more callers wait/)
    expect(database.waiting()).toBe(0)
    expect(await database.query('select 1 as n')).toMatchObject({ rows: [{ n: 1 }] })
  })
})

describe('the one session of the embedded database', () => {
  test('is not disturbed by a second client, which waits in vain', async () => {
    const database = await openDatabase({ connectTimeout: '1s' })
    const client = await database.pool.connect()
    await client.query('begin')
    await client.query('create table votes as select 1 as id')
    const second = new Client(database.pool.options)
    await failureOf(second.connect())
    await client.query('commit')
    client.release()
    expect((await database.query('select id from votes')).rows).toEqual([{ id: 1 }])
    await database.close()
  })
})

describe.each(kinds)('closing %s', (_kind, open) => {
  test('lets those finish who came before, turns new callers away, and may be repeated', async () => {
    const database = await open()
    const client = await database.pool.connect()
    const waiting = database.query('select 2 as n')
    const closed = [database.close(), database.close()]
    expect((await failureOf(database.query('select 3'))).code).toBe('HP_DATABASE_CLOSED')
    expect((await client.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    client.release()
    expect((await waiting).rows).toEqual([{ n: 2 }])
    await Promise.all(closed)
    await database.close()
    expect((await failureOf(database.query('select 1'))).code).toBe('HP_DATABASE_CLOSED')
    expect((await failureOf(database.pool.connect())).code).toBe('HP_DATABASE_CLOSED')
  })

  test('does not wait longer than closeTimeout for a statement or a client that never comes back', async () => {
    const database = await open({ closeTimeout: '100ms' })
    const running = failureOf(database.query('select pg_sleep(60)'))
    const waiting = failureOf(database.query('select 1'))
    await database.close()
    expect((await running).code).toBe('HP_DATABASE_CLOSED')
    expect((await waiting).code).toBe('HP_DATABASE_CLOSED')

    const another = await open({ closeTimeout: '100ms' })
    const leaked = await another.pool.connect()
    await another.close()
    expect((await failureOf(leaked.query('select 1'))).code).toBe('HP_DATABASE_CLOSED')
    leaked.release()
  })

  test('happens when a library ends the pool', async () => {
    const database = await open()
    await database.pool.end()
    await database.close()
    expect((await failureOf(database.query('select 1'))).code).toBe('HP_DATABASE_CLOSED')
  })
})
