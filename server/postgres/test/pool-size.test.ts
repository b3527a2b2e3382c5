import { openDatabase } from '@hotpath/postgres'
import { expect, test } from 'vitest'
import { readDatabaseOptions } from '../src/options.ts'
import { pauseBefore } from '../src/retry.ts'
import { failureOf, withServer } from './databases.ts'
import { until } from './replicas.ts'

const server = withServer()

/** A checklist of the field: 5 to 20 connections, 30 s to get one, 10 s idle, three retries a second apart. */
const listed = {
  poolSize: 20,
  poolMin: 5,
  connectTimeout: '30s',
  idleTimeout: '10s',
  connectRetries: 3,
  retryDelay: '1s',
  retryFactor: 1,
} as const

test('settings as checklists have them are taken as they are written', () => {
  const { connectTimeoutMs, idleTimeoutMs, connectRetries, retryDelayMs, retryFactor } =
    readDatabaseOptions(listed)
  expect({ connectTimeoutMs, idleTimeoutMs, connectRetries }).toEqual({
    connectTimeoutMs: 30_000,
    idleTimeoutMs: 10_000,
    connectRetries: 3,
  })
  const pauses = [1, 2, 3].map((attempt) =>
    pauseBefore(attempt, { baseMs: retryDelayMs, factor: retryFactor, random: 0.5 }),
  )
  expect(pauses).toEqual([1_000, 1_000, 1_000])
})

test('a pool grows to its size, lets the next one wait, and shrinks to its least when they are idle', async () => {
  const database = await openDatabase({ ...listed, url: server().url, idleTimeout: '50ms' })
  try {
    const clients = await Promise.all(Array.from({ length: 20 }, () => database.pool.connect()))
    const ids = await Promise.all(clients.map((client) => client.query('select pg_backend_pid() as id')))
    expect(new Set(ids.map(({ rows }) => (rows[0] as { id: number }).id)).size).toBe(20)
    const late = database.query('select 1')
    expect([database.waiting(), database.pool.stats().total]).toEqual([1, 20])
    for (const client of clients) client.release()
    await late
    // Each is let go when its own time is over: there is nothing to check at intervals.
    await until(
      () => database.pool.stats().total,
      (total) => total === 5,
    )
    await database.query('select 1')
    const { total, acquired, waitMs } = database.pool.stats()
    expect(total).toBe(5)
    expect([acquired, waitMs.max > 0]).toEqual([23, true])
  } finally {
    await database.close()
  }
})

test('who waits in vain is told after the time that the pool was given', async () => {
  const database = await openDatabase({ url: server().url, poolSize: 1, connectTimeout: '60ms' })
  const held = await database.pool.connect()
  expect((await failureOf(database.query('select 1'))).code).toBe('HP_POOL_TIMEOUT')
  held.release()
  await database.close()
})
