import { type Database, openDatabase } from '@hotpath/postgres'
import { createRouter, type Router } from '@hotpath/postgres/router'
import { runInScope } from '@hotpath/postgres/tap'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { shareAsks } from '../src/router/share-asks.ts'
import { failureOf } from './databases.ts'
import { type Pair, startPair, until } from './replicas.ts'

interface Schema {
  notes: { id: number; text: string }
}

let pair: Pair
/** A replica whose statements the primary's tap sees. */
let replica: Database
let router: Router
let db: Kysely<Schema>

beforeAll(async () => {
  pair = await startPair()
  await pair.primary.query('create table notes (id int primary key, text text not null)')
  await pair.primary.query(`insert into notes values (1, 'old'), (2, 'old')`)
  replica = await openDatabase({ url: pair.servers.replica.url, seenBy: pair.primary.tap })
  router = await createRouter({
    primary: pair.primary,
    replicas: { one: replica },
    secret: 'a secret of the tests',
    pollEvery: '20ms',
    maxLag: '1h',
  })
  db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: router.pool }) })
}, 60_000)
afterAll(async () => {
  await router.close()
  await replica.close()
  await pair[Symbol.asyncDispose]()
})
beforeEach(async () => {
  await pair.resumeReplay()
  await pair.primary.query(`update notes set text = 'old'`)
  // The primary answers for a replica that is behind: what was read counts with who was asked.
  await until(
    () =>
      router.run({ replica: true }, async () => ({ onReplica: await onReplica(), text: await textOf(1)() })),
    ({ onReplica, text }) => onReplica && text === 'old',
  )
})

const textOf = (id: number) => async () =>
  (await db.selectFrom('notes').select('text').where('id', '=', id).executeTakeFirstOrThrow()).text
const write = (text: string) => db.updateTable('notes').set({ text }).where('id', '=', 1).execute()
const onReplica = async () => {
  const { rows } = await sql<{ it: boolean }>`select current_setting('in_hot_standby') = 'on' as it`.execute(
    db,
  )
  return rows[0]!.it
}

test("an ORM's reads go to a replica where it is said around them, and to the primary elsewhere", async () => {
  expect(await onReplica()).toBe(false)
  await router.run({ replica: true }, async () => {
    expect(await onReplica()).toBe(true)
    expect(await router.route({ replica: false }, onReplica)).toBe(false)
  })
  expect(await router.route({ replica: true }, onReplica)).toBe(true)
})

test('a transaction is whole on the primary, and its commit is known to the reads after it', async () => {
  await pair.pauseReplay()
  await router.run({ replica: true }, async () => {
    await db.transaction().execute(async (transaction) => {
      await transaction.updateTable('notes').set({ text: 'new' }).where('id', '=', 1).execute()
      const { text } = await transaction
        .selectFrom('notes')
        .select('text')
        .where('id', '=', 1)
        .executeTakeFirstOrThrow()
      expect(text).toBe('new')
    })
    expect(await textOf(1)()).toBe('new')
  })
  expect(await router.run({ replica: true }, textOf(1)), 'a stranger may see the older state').toBe('old')
})

test('what the client is to send along is told at each write, before its caller is answered', async () => {
  const tokens: string[] = []
  await router.run({ replica: true, onToken: (token) => tokens.push(token) }, async () => {
    await textOf(1)()
    expect(tokens).toEqual([])
    await write('first')
    expect(tokens).toHaveLength(1)
    await db.transaction().execute((transaction) => sql`delete from notes where id = 7`.execute(transaction))
    expect(tokens).toHaveLength(2)
  })
  await pair.pauseReplay()
  await router.run({ onToken: (token) => tokens.push(token) }, () => write('second'))
  const [first, , last] = tokens
  expect(await router.run({ token: last!, replica: true }, textOf(1))).toBe('second')
  // The replica has it; the router knows that only when it has asked again.
  await until(
    () => router.run({ token: first!, replica: true }, textOf(1)),
    (text) => text === 'first',
  )
})

test('a part that needs current reads has them, whatever is said within', async () => {
  await pair.pauseReplay()
  await write('new')
  const read = (work: () => Promise<string>) => router.run({ replica: true }, work)
  expect(await read(textOf(1))).toBe('old')
  expect(await read(() => router.route({ read: 'current' }, textOf(1)))).toBe('new')
  const within = () => router.route({ read: 'session' }, textOf(1))
  expect(await read(() => router.route({ read: 'current' }, within))).toBe('new')
})

test('statements of a replica are charged to their route; what the router asks is nobody else’s', async () => {
  pair.primary.tap.reset()
  await runInScope({ route: 'GET /notes' }, () =>
    router.run({ replica: true, read: 'current' }, async () => {
      for (let time = 0; time < 5; time++) await onReplica()
    }),
  )
  const { statements, repeats } = await pair.primary.tap.report()
  const charged = statements.filter(({ routes }) => routes.some(({ name }) => name === 'GET /notes'))
  expect(charged.map(({ sql }) => sql)).toEqual([expect.stringContaining('current_setting')])
  expect(repeats).toHaveLength(1)
})

test('a client that leaves does not take away the answer that others wait for', async () => {
  const gone = new AbortController()
  const read = (signal: AbortSignal) =>
    runInScope({ route: 'GET /notes', signal }, () =>
      router.run({ replica: true, read: 'current' }, textOf(1)),
    )
  const both = [read(gone.signal), read(new AbortController().signal)]
  gone.abort()
  const [left, stayed] = await Promise.allSettled(both)
  expect(left).toMatchObject({ status: 'rejected', reason: { code: 'HP_STATEMENT_CANCELLED' } })
  expect(stayed).toEqual({ status: 'fulfilled', value: 'old' })
})

test('a client is not to be used after it was given back, nor for a cursor before it has a connection', async () => {
  const client = await router.pool.connect()
  expect(() => client.query({ read: () => {} })).toThrow('cursor')
  client.release()
  expect((await failureOf(client.query('select 1'))).code).toBe('HP_CLIENT_RELEASED')
  expect(() => client.release()).toThrow('released')
})

test('an answer is shared only by those who asked before the question was sent', async () => {
  const answers: ((value: number) => void)[] = []
  const ask = shareAsks(() => new Promise<number>((resolve) => answers.push(resolve)))
  const first = ask()
  const late = [ask(), ask()]
  expect(answers).toHaveLength(1)
  answers[0]!(1)
  expect(await first).toBe(1)
  await until(
    () => answers.length,
    (asked) => asked === 2,
  )
  answers[1]!(2)
  expect(await Promise.all(late)).toEqual([2, 2])
})
