import { connect, createServer, type Server, type Socket } from 'node:net'
import { openDatabase } from '@hotpath/postgres'
import { describe, expect, test } from 'vitest'
import { advisePoolSize } from '../src/pool-size.ts'
import { isWorthRetrying, pauseBefore } from '../src/retry.ts'
import { failureOf, withServer } from './databases.ts'

const server = withServer()

test('a network that is cut costs the statements under way; new ones wait until it is back', async () => {
  await using network = await openNetwork(server().port)
  const url = `postgres://postgres@127.0.0.1:${network.port}/postgres`
  const database = await openDatabase({ url, poolSize: 2, retryDelay: '20ms', connectRetries: 20 })
  const running = failureOf(database.query('select pg_sleep(60)'))
  await expect.poll(() => database.pool.stats().acquired).toBeGreaterThan(1)
  await network.cut()
  expect((await running).code).toBe('HP_CONNECTION_LOST')
  const waiting = database.query('select 1 as n')
  await expect.poll(() => database.pool.stats().retries).toBeGreaterThan(0)
  await network.mend()
  expect((await waiting).rows).toEqual([{ n: 1 }])
  await database.close()
})

test('a server that ends its sessions is connected to again', async () => {
  const database = await openDatabase({ url: server().url, poolSize: 2 })
  const admin = await openDatabase({ url: server().url, poolSize: 1 })
  await database.query('select 1')
  await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()')
  await expect.poll(() => database.pool.totalCount).toBe(0)
  expect((await database.query('select 1 as n')).rows).toEqual([{ n: 1 }])
  await Promise.all([database.close(), admin.close()])
})

test('says who took a client and does not give it back, how long callers waited, and how full it was', async () => {
  let time = 0
  const database = await openDatabase({ url: server().url, poolSize: 1, now: () => time, leakAfter: '10s' })
  const client = await database.pool.connect()
  const waiting = database.query('select 1')
  time += 4_000
  expect(database.pool.stats().leaks).toEqual([])
  time += 6_000
  const { leaks, saturation, waiting: callers } = database.pool.stats()
  expect(leaks).toMatchObject([{ heldMs: 10_000, site: expect.stringMatching(/pool-faults\.test\.ts:\d+$/) }])
  expect({ saturation, callers }).toEqual({ saturation: 1, callers: 1 })
  client.release()
  await waiting
  time += 10_000
  const after = database.pool.stats()
  expect(after).toMatchObject({ leaks: [], saturation: 0.5, acquired: 3, timeouts: 0 })
  expect(after.waitMs.max).toBeCloseTo(10_000, -3)
  await database.close()
})

describe('retrying', () => {
  test('is for what passes, not for what stays wrong', () => {
    const error = (code: string) => Object.assign(new Error('no'), { code })
    expect(['ECONNREFUSED', '57P03', '53300', '08006'].map((code) => isWorthRetrying(error(code)))).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(['28P01', '3D000', '42601', 'ENOENT'].some((code) => isWorthRetrying(error(code)))).toBe(false)
  })

  test('waits twice as long each time, within a quarter', () => {
    const pauses = [1, 2, 3].map((attempt) => pauseBefore(attempt, { baseMs: 1_000, factor: 2, random: 0.5 }))
    expect(pauses).toEqual([1_000, 2_000, 4_000])
    expect(pauseBefore(1, { baseMs: 1_000, factor: 2, random: 0 })).toBe(750)
  })
})

describe('the advice on the size of a pool', () => {
  test('is what Little and Erlang say of the load', () => {
    const advice = advisePoolSize({ perSecond: 200, holdMs: 25, instances: 4, maxConnections: 100 })
    expect(advice).toMatchObject({ inUse: 5, available: 90, fits: true, total: 4 * advice.size })
    // Erlang C for 5 erlangs: 11 servers leave 1.8 %… of callers waiting, 12 well under one in a hundred.
    expect(advice.size).toBe(12)
    expect(advice.waitChance).toBeLessThan(0.01)
  })

  test('never exceeds what the server can give all instances, and says so', () => {
    const advice = advisePoolSize({ perSecond: 2_000, holdMs: 20, instances: 10, maxConnections: 100 })
    expect(advice).toMatchObject({ inUse: 40, size: 9, total: 90, fits: false, waitChance: 1 })
  })
})

/** A way to the server that can be cut. */
async function openNetwork(to: number) {
  const sockets = new Set<Socket>()
  let front: Server
  const listen = (port: number) =>
    new Promise<void>((resolve) => {
      front = createServer((from) => {
        const back = connect(to, '127.0.0.1')
        for (const one of [from, back]) {
          sockets.add(one)
          one.on('error', () => {}).on('close', () => sockets.delete(one))
        }
        from.pipe(back).pipe(from)
      }).listen(port, '127.0.0.1', resolve)
    })
  await listen(0)
  const { port } = front!.address() as { port: number }
  const cut = () =>
    new Promise<void>((resolve) => {
      front.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })
  return { port, cut, mend: () => listen(port), [Symbol.asyncDispose]: cut }
}
