import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Database, openDatabase } from '@hotpath/postgres'
import { type PostgresStatementMessage, postgresChannels } from '@hotpath/postgres/channels'
import { failureOf, hearStatements, withServer } from './databases.ts'

const server = withServer()

describe.each(['a server', 'the embedded database'])('the statement channel of %s', (kind) => {
  let time = 0
  let database: Database
  beforeAll(async () => {
    const where = kind === 'a server' ? { url: server().url } : {}
    database = await openDatabase({ ...where, poolSize: 1, now: () => time })
  })
  afterAll(() => database.close())

  test('says what was run, how many rows it had, and which SQLSTATE it failed with', async () => {
    using statements = hearStatements()
    await database.query('select $1::int as n', [1])
    await database.query('select generate_series(1, 5); select 1')
    await failureOf(database.query('select 1/0'))
    await failureOf(database.query('select $1', 'no list' as unknown as []))
    expect(statements.heard).toMatchObject([
      { text: 'select $1::int as n', rows: 1, error: null },
      { text: 'select generate_series(1, 5); select 1', rows: 6, error: null },
      { text: 'select 1/0', rows: 0, error: '22012' },
      { text: 'select $1', rows: 0, error: 'Error' },
    ])
  })

  test('charges the wait for the connection to its first statement, and the execution to each', async () => {
    using statements = hearStatements()
    const holder = await database.pool.connect()
    const acquired = database.pool.connect()
    time += 40
    holder.release()
    const client = await acquired
    const first = client.query('select 1')
    time += 7
    await first
    const second = client.query('select 2')
    time += 3
    await second
    client.release()
    expect(statements.heard).toMatchObject([
      { text: 'select 1', durationMs: 7, waitMs: 40, rows: 1, error: null },
      { text: 'select 2', durationMs: 3, waitMs: 0, rows: 1, error: null },
    ])
  })

  test('tells each statement in the context of its caller, also of one that waited for another to give back', async () => {
    const callers = new AsyncLocalStorage<string>()
    const told: unknown[] = []
    const listen = (message: unknown) => {
      told.push([callers.getStore(), (message as PostgresStatementMessage).text])
    }
    subscribe(postgresChannels.statement, listen)
    try {
      const ask = (caller: string) =>
        callers.run(caller, async () => {
          await database.query(`select '${caller}'`)
          const client = await database.pool.connect()
          await client.query(`select '${caller} again'`).finally(() => client.release())
        })
      await Promise.all(['one', 'two', 'three'].map(ask))
      expect(told).toHaveLength(6)
      for (const [caller, text] of told as string[][]) expect(text).toContain(`'${caller}`)
    } finally {
      unsubscribe(postgresChannels.statement, listen)
    }
  })

  test('hears the rollback that a release brings about', async () => {
    using statements = hearStatements()
    const client = await database.pool.connect()
    await client.query('begin')
    client.release()
    await database.query('select 1')
    expect(statements.heard.map(({ text }) => text)).toEqual(['begin', 'rollback', 'select 1'])
  })
})
