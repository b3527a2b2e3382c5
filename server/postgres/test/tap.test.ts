import { drizzle } from 'drizzle-orm/node-postgres'
import { integer, pgTable, text } from 'drizzle-orm/pg-core'
import { Kysely, PostgresDialect } from 'kysely'
import { Client, Pool, Query } from 'pg'
import { PrismaPg } from '@prisma/adapter-pg'
import { runInScope, type Tap, tapClient, tapPool } from '@hotpath/postgres/tap'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { failureOf, withServer } from './databases.ts'

const server = withServer()
let pool: Pool
let tap: Tap

beforeAll(async () => {
  const admin = new Client(server().url)
  await admin.connect()
  await admin.query('create table questions (id int primary key, contest int, title text)')
  await admin.query("insert into questions select n, n % 10, 'title ' || n from generate_series(1, 100) n")
  await admin.end()
})
beforeEach(() => {
  pool = new Pool({ connectionString: server().url, max: 2 })
  // A connection may still be closing when the server stops.
  pool.on('error', () => {})
  tap = tapPool(pool)
})
afterEach(async () => {
  await tap.close()
  await pool.end()
})

const row = async (sql: RegExp) => (await tap.report()).statements.find((one) => sql.test(one.sql))!

test('counts statements that differ in their values alone as one, whatever the length of a list', async () => {
  await pool.query('select * from questions where id = 1')
  await pool.query('SELECT * FROM questions  WHERE id = $1 -- by its id', [2])
  await pool.query('select * from questions where id in ($1, $2)', [1, 2])
  await pool.query('select * from questions where id in (1, 2, 3)')
  const { statements } = await tap.report()
  // The report is ordered by time, which is not what is asked here.
  const seen = statements.toSorted((a, b) => a.rows - b.rows)
  expect(seen.map(({ calls, rows, kind, tables }) => ({ calls, rows, kind, tables }))).toEqual([
    { calls: 2, rows: 2, kind: 'read', tables: ['questions'] },
    { calls: 2, rows: 5, kind: 'read', tables: ['questions'] },
  ])
})

describe('sees every form of a call, and changes none of them:', () => {
  const select = 'select title from questions where id = $1'
  const forms: [string, (client: Pool | Client) => Promise<unknown>][] = [
    ['text and values', (one) => one.query(select, [1])],
    ['a config', (one) => one.query({ text: select, values: [1] })],
    ['a config with values beside it', (one) => one.query({ text: select }, [1])],
    ['a named statement', (one) => one.query({ name: 'by-id', text: select, values: [1] })],
    ['rows as arrays', (one) => one.query({ text: select, values: [1], rowMode: 'array' })],
    ['a callback', (one) => called((done) => one.query(select, [1], done))],
    [
      'a config and a callback',
      (one) => called((done) => one.query({ text: select, values: [1] }, done as never)),
    ],
    ['text and a callback', (one) => called((done) => one.query(select.replace('$1', '1'), done))],
  ]
  test.each(forms)('%s', async (_form, ask) => {
    const bare = new Client(server().url)
    await bare.connect()
    const expected = comparable(await ask(bare))
    await bare.end()
    expect(comparable(await ask(pool))).toEqual(expected)
    const client = await pool.connect()
    expect(comparable(await ask(client as unknown as Client))).toEqual(expected)
    client.release()
    expect(await row(/title/)).toMatchObject({ calls: 2, rows: 2, errors: 0 })
  })

  test('several statements in one text', async () => {
    expect(await pool.query('select 1 as a; select 2 as b')).toHaveLength(2)
    expect(await row(/as b/)).toMatchObject({ calls: 1, rows: 2 })
  })

  test('a query object that emits its rows', async () => {
    const client = await pool.connect()
    const rows: unknown[] = []
    await new Promise((resolve, reject) => {
      const query = client.query(new Query('select id from questions where id < $1', [4]))
      query.on('row', (one) => rows.push(one))
      query.on('end', resolve)
      query.on('error', reject)
    })
    client.release()
    expect(rows).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
    expect(await row(/id </)).toMatchObject({ calls: 1, rows: 3, errors: 0 })
  })

  test('errors, which stay what they were', async () => {
    const failure = await failureOf(pool.query('select 1 / $1::int as r', [0]))
    expect(failure).toMatchObject({ code: '22012' })
    expect(await row(/as r/)).toMatchObject({ calls: 1, errors: 1 })
  })

  test('transactions, by one client', async () => {
    const client = await pool.connect()
    await client.query('begin')
    await client.query('update questions set contest = 3 where id = $1', [3])
    await client.query('rollback')
    client.release()
    expect(await row(/update/)).toMatchObject({ kind: 'write', rows: 1, tables: ['questions'] })
    expect(await row(/begin/i)).toMatchObject({ kind: 'transaction' })
  })
})

test('sees a client that stands alone', async () => {
  const client = new Client(server().url)
  const own = tapClient(client)
  await client.connect()
  await client.query('select 42 as answer')
  await client.end()
  expect((await own.report()).statements).toMatchObject([{ sql: 'select $1 as answer', calls: 1 }])
})

describe('under the libraries that people use, names the line of code in', () => {
  const questions = pgTable('questions', { id: integer(), contest: integer(), title: text() })
  const libraries: [string, () => Promise<unknown>][] = [
    [
      'Kysely',
      async () => {
        const db = new Kysely<{ questions: { id: number } }>({ dialect: new PostgresDialect({ pool }) })
        return db.selectFrom('questions').selectAll().where('id', '=', 7).execute()
      },
    ],
    ['Drizzle', async () => drizzle(pool).select().from(questions).limit(7).execute()],
    [
      'the adapter of Prisma',
      async () => {
        const adapter = await new PrismaPg(pool).connect()
        return adapter.queryRaw({ sql: 'select * from questions where id = $1', args: [7], argTypes: [] })
      },
    ],
  ]
  test.each(libraries)('%s', async (_name, ask) => {
    await runInScope({ route: 'GET /questions' }, ask)
    const seen = await row(/questions/)
    expect(seen).toMatchObject({ calls: 1, kind: 'read', tables: ['questions'] })
    expect(seen.routes).toMatchObject([{ name: 'GET /questions', calls: 1 }])
    expect(seen.sites[0]!.name).toMatch(/test\/tap\.test\.ts:\d+$/)
  })
})

test('keeps the values of statements out of reports', async () => {
  await pool.query("select * from questions where title = 'secret one'")
  await pool.query('select * from questions where title = $1', ['secret two'])
  await pool.query("sellect 'secret three'").catch(() => {})
  expect(JSON.stringify(await tap.report({ parameters: true }))).not.toContain('secret')
})

function called(ask: (done: (error: Error | null, result: unknown) => void) => unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    ask((error, result) => (error ? reject(error) : resolve(result)))
  })
}

const comparable = (result: unknown) => {
  const { rows, rowCount, command } = result as { rows: unknown; rowCount: number; command: string }
  return { rows, rowCount, command }
}
