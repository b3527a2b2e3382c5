import { createRouter, type Router } from '@hotpath/postgres/router'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Pair, startPair, until } from './replicas.ts'

const secret = 'a secret of the tests'
let pair: Pair
let router: Router

beforeAll(async () => {
  pair = await startPair()
  await pair.primary.query('create table counters (id int primary key, value int not null)')
  await pair.primary.query('insert into counters select n, 0 from generate_series(1, 50) n')
  await pair.primary.query(
    `create function bump() returns int language sql volatile as 'update counters set value = value + 1 where id = 50 returning value'`,
  )
  router = await open()
  await serving()
}, 60_000)
afterAll(async () => {
  await router.close()
  await pair[Symbol.asyncDispose]()
})

const open = () =>
  createRouter({
    primary: pair.primary,
    replicas: { one: pair.replica },
    secret,
    pollEvery: '20ms',
    maxLag: '1h',
  })

const serving = (of: Router = router) =>
  until(
    () => of.report().replicas[0]!,
    ({ status, lagMs }) => status === 'serving' && lagMs !== null,
  )

const onReplica = "select current_setting('in_hot_standby') = 'on' as replica"
const where = async (sql = onReplica) =>
  (await router.query<{ replica: boolean }>(sql, [], { replica: true })).rows[0]!.replica

const writeAndRead = async (id: number) => {
  const { rows } = await router.query<{ value: number }>(
    'update counters set value = value + 1 where id = $1 returning value',
    [id],
  )
  const read = await router.query<{ value: number }>('select value from counters where id = $1', [id], {
    replica: true,
  })
  return { written: rows[0]!.value, read: read.rows[0]!.value }
}

describe('a replica that keeps up', () => {
  test('answers what asks for it, and nothing else', async () => {
    expect(await where()).toBe(true)
    expect((await router.query<{ replica: boolean }>(onReplica)).rows[0]!.replica).toBe(false)
  })

  test('gets no statement that may change something, however it looks', async () => {
    const statements = [
      `with touched as (update counters set value = value where id = 1 returning id) ${onReplica} from touched`,
      `${onReplica} from counters where id = 1 for update`,
      `${onReplica}, bump()`,
      `${onReplica}, nextval('s')`,
    ]
    await router.query('create sequence s')
    for (const statement of statements) expect(await where(statement), statement).toBe(false)
  })

  test('shows every session all that it wrote', async () => {
    await Promise.all(
      Array.from({ length: 10 }, (_, client) =>
        router.run({ replica: true }, async () => {
          for (let round = 0; round < 30; round++) {
            const { written, read } = await writeAndRead(client + 1)
            expect(read).toBe(written)
          }
        }),
      ),
    )
    expect(router.report().reads.replica).toBeGreaterThan(100)
  })
})

describe('a replica that is paused', () => {
  test('answers who wrote nothing, and lets who wrote read at the primary, whatever library wrote', async () => {
    await pair.pauseReplay()
    try {
      await router.run({ replica: true }, async () => {
        expect(await where()).toBe(true)
        // As an ORM does it: through the pool.
        await pair.primary.pool.query('update counters set value = 1000 where id = 20')
        const { rows } = await router.query<{ value: number }>('select value from counters where id = 20')
        expect(rows[0]!.value).toBe(1000)
      })
      const other = await router.run({ replica: true }, () =>
        router.query<{ value: number }>('select value from counters where id = 20'),
      )
      expect(other.rows[0]!.value, 'a session that wrote nothing may see the older state').toBe(0)
      const current = await router.query<{ value: number }>('select value from counters where id = 20', [], {
        replica: true,
        read: 'current',
      })
      expect(current.rows[0]!.value, 'what is read to be cached is never older than the write').toBe(1000)
    } finally {
      await pair.resumeReplay()
    }
  })

  test('a token carries the write to another process; a forged one leads to the primary', async () => {
    const elsewhere = await open()
    await serving(elsewhere)
    await pair.pauseReplay()
    try {
      const token = await router.run({}, async () => {
        expect(await router.token()).toBeNull()
        await router.transaction((client) => client.query('update counters set value = 2000 where id = 21'))
        return router.token()
      })
      expect(token).toEqual(expect.any(String))
      const read = (given: string | null) =>
        elsewhere.run({ token: given, replica: true }, async () => {
          const { rows } = await elsewhere.query<{ value: number }>(
            'select value from counters where id = 21',
          )
          return rows[0]!.value
        })
      expect(await read(token)).toBe(2000)
      expect(await read(`9.zzzzzz${token!.slice(token!.indexOf('.', 3))}`)).toBe(2000)
      expect(await read(null)).toBe(0)
      await elsewhere.close()
    } finally {
      await pair.resumeReplay()
    }
  })

  test('a transaction is whole on the primary, and one that is rolled back is no write', async () => {
    await pair.pauseReplay()
    try {
      await router.run({ replica: true }, async () => {
        const failed = router.transaction(async (client) => {
          await client.query('update counters set value = 3000 where id = 22')
          const { rows } = await client.query<{ value: number }>('select value from counters where id = 22')
          expect(rows[0]!.value).toBe(3000)
          throw new Error('no')
        })
        await expect(failed).rejects.toThrow('no')
        expect(await router.token()).toBeNull()
        expect(await where()).toBe(true)
      })
    } finally {
      await pair.resumeReplay()
    }
  })
})

test('a replica over the allowed lag serves nobody, and comes back by itself', async () => {
  const strict = await createRouter({
    primary: pair.primary,
    replicas: { one: pair.replica },
    secret,
    pollEvery: '20ms',
    maxLag: '200ms',
  })
  const answeredBy = async () =>
    (await strict.query<{ replica: boolean }>(onReplica, [], { replica: true })).rows[0]!.replica
  try {
    await until(answeredBy, (replica) => replica)
    await pair.pauseReplay()
    await pair.primary.query('update counters set value = value')
    await until(answeredBy, (replica) => !replica)
    expect(strict.report().reads.unavailable).toBeGreaterThan(0)
    await pair.resumeReplay()
    await until(answeredBy, (replica) => replica)
  } finally {
    await pair.resumeReplay()
    await strict.close()
  }
})

test('a replica that crashes fails no read, and serves again when it is back', async () => {
  let failed = 0
  await pair.servers.replica.halt()
  for (let read = 0; read < 20; read++) await where().catch(() => (failed += 1))
  expect(failed).toBe(0)
  expect(router.report().replicas[0]!.status).toBe('failed')
  await pair.servers.replica.resume()
  await until(where, (replica) => replica)
})

test('the primary restarts: reads and writes go on, and no session sees the past', async () => {
  await pair.servers.primary.halt()
  await pair.servers.primary.resume()
  await until(
    () => writeAndRead(30).catch(() => null),
    (found) => found !== null,
  )
  await router.run({ replica: true }, async () => {
    for (let round = 0; round < 20; round++) {
      const { written, read } = await writeAndRead(30)
      expect(read).toBe(written)
    }
  })
  await until(where, (replica) => replica)
})

test('a replica that was promoted is a replica no more', async () => {
  await pair.replica.query('select pg_promote()')
  await until(
    () => router.report().replicas[0]!,
    ({ status }) => status === 'promoted',
  )
  expect(await where()).toBe(false)
})
