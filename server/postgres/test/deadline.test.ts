import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openDatabase } from '@hotpath/postgres'
import { failureOf, temporaryFolder, withServer } from './databases.ts'

const server = withServer()
const endless = 'select count(*) from generate_series(1, 1e12::int8)'

describe('a statement over its deadline, on a server', () => {
  test('is cancelled, and the connection stays', async () => {
    const database = await openDatabase({ url: server().url, poolSize: 1, statementTimeout: '400ms' })
    const pid = async () => (await database.query('select pg_backend_pid() as pid')).rows
    const before = await pid()
    const failure = await failureOf(database.query(endless))
    expect(failure).toMatchObject({ code: 'HP_STATEMENT_TIMEOUT', cause: { code: '57014' } })
    expect(failure.message).toContain('stopped after 400 ms')
    expect(await pid()).toEqual(before)
    await database.close()
  })

  test('keeps its SQLSTATE when somebody cancelled it before', async () => {
    const database = await openDatabase({ url: server().url, statementTimeout: '60s' })
    const client = await database.pool.connect()
    const { rows } = await client.query('select pg_backend_pid() as pid')
    const cancelled = failureOf(client.query(endless))
    const state = 'select state, query from pg_stat_activity where pid = $1'
    const running = async () => (await database.query(state, [rows[0].pid])).rows
    await expect.poll(running, { timeout: 20_000 }).toEqual([{ state: 'active', query: endless }])
    await database.query('select pg_cancel_backend($1)', [rows[0].pid])
    expect((await cancelled).code).toBe('57014')
    client.release()
    await database.close()
  })
})

describe('a statement over its deadline, embedded', () => {
  // The deadline is a timer: real ones would stop what is merely slow on a busy machine, too.
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => vi.useRealTimers())

  /** What `running` fails with once its deadline has passed. */
  async function stoppedAfter(running: Promise<unknown>, deadlineMs: number) {
    const failure = failureOf(running)
    let isSettled = false
    void failure.finally(() => (isSettled = true))
    const passing = () => {
      if (!isSettled) vi.advanceTimersByTime(deadlineMs)
      return isSettled
    }
    await expect.poll(passing).toBe(true)
    return failure
  }

  test('is stopped, and the database goes on with all that was acknowledged', async () => {
    await using temporary = await temporaryFolder()
    const database = await openDatabase({
      folder: temporary.folder,
      statementTimeout: '3s',
      connectTimeout: '1h',
    })
    await database.query('create table votes (id serial primary key)')
    await database.query('insert into votes select from generate_series(1, 500)')

    const client = await database.pool.connect()
    await client.query('begin')
    await client.query('insert into votes default values')
    const overrun = client.query(`insert into votes select from generate_series(1, 1e12::int8)`)
    const queued = database.query('insert into votes default values returning id')
    expect(await stoppedAfter(overrun, 3000)).toMatchObject({
      code: 'HP_STATEMENT_TIMEOUT',
      message: expect.stringContaining('stopped after 3000 ms'),
    })
    expect(await failureOf(client.query('select 1'))).toMatchObject({
      code: 'HP_CONNECTION_LOST',
      message: expect.stringContaining('A statement was stopped after 3000 ms'),
    })
    client.release()
    expect((await queued).rowCount).toBe(1)
    expect((await database.query('select count(*)::int as count from votes')).rows).toEqual([{ count: 501 }])
    await database.close()

    const reopened = await openDatabase({ folder: temporary.folder })
    expect((await reopened.query('select count(*)::int as count from votes')).rows).toEqual([{ count: 501 }])
    await reopened.close()
  })

  test('turns callers away by name while the database starts again', async () => {
    await using temporary = await temporaryFolder()
    const { folder } = temporary
    const database = await openDatabase({ folder, statementTimeout: '2s', connectTimeout: '10ms' })
    const client = await database.pool.connect()
    expect(await stoppedAfter(client.query(endless), 2000)).toMatchObject({ code: 'HP_STATEMENT_TIMEOUT' })
    client.release()
    expect(await stoppedAfter(database.query('select 1'), 10)).toMatchObject({ code: 'HP_DATABASE_STARTING' })
    expect((await database.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    await database.close()
  })

  test('takes a database in memory with it, and everything after says so', async () => {
    const database = await openDatabase({ statementTimeout: '1s' })
    const failure = await stoppedAfter(database.query(endless), 1000)
    expect(failure).toMatchObject({ code: 'HP_STATEMENT_TIMEOUT' })
    expect(failure.message).toContain('The in-memory database ended with it.')
    const after = [await failureOf(database.query('select 1')), await failureOf(database.query('select 1'))]
    for (const { code, fix } of after) {
      expect(code).toBe('HP_DATABASE_LOST')
      expect(fix).toContain('give openDatabase a folder')
    }
    await database.close()
  })
})
