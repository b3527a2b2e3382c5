import * as fc from 'fast-check'
import { DatabaseError } from 'pg'
import { describe, expect, test } from 'vitest'
import { failureOf, openBoth } from './databases.ts'

const both = openBoth()
const ask = (sql: string, params: readonly unknown[] = []) =>
  Promise.all([both.server().query(sql, params), both.embedded().query(sql, params)])

describe('a server and the embedded database', () => {
  test('parse each type to the same JavaScript value', async () => {
    const [server, embedded] = await ask(`select
      9007199254740993::int8 as int8, 7::int4 as int4, 1.50::numeric as numeric, 0.1::float8 as float8, true as bool,
      timestamptz '2026-11-21 10:00:00.123+02' as timestamptz, date '2026-11-21' as date,
      '{"a":[1,null]}'::json as json, '{"b":2}'::jsonb as jsonb, array[1,2] as ints, array['x',null] as texts,
      '\\x00ff'::bytea as bytea, 'é'::text as text, null::text as nothing, interval '90 minutes' as interval,
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid as uuid`)
    expect(embedded).toEqual(server)
    expect(embedded.rows[0]).toMatchObject({
      int8: '9007199254740993',
      numeric: '1.50',
      timestamptz: new Date('2026-11-21T08:00:00.123Z'),
      json: { a: [1, null] },
      ints: [1, 2],
      texts: ['x', null],
      bytea: Buffer.from([0, 255]),
      nothing: null,
    })
  })

  test('answer each kind of statement with the same rows, count and command', async () => {
    const statements: [string, unknown[]?][] = [
      ['create table ballots (id int primary key, title text not null)'],
      ['insert into ballots values ($1, $2), (2, $3) returning id, title', [1, 'One', 'Two']],
      ['insert into ballots select n, n::text from generate_series(3, 20) n'],
      ['select * from ballots where id < $1 order by id', [3]],
      ['update ballots set title = $1 where id > $2', ['Later', 10]],
      ['delete from ballots where id = any($1)', [[3, 4, 99]]],
      ['select * from ballots where false'],
      ['begin; insert into ballots values (30, $$Thirty$$); commit'],
      ['select 1 as one; select count(*) from ballots'],
      ['drop table ballots'],
    ]
    for (const [sql, params] of statements) {
      const [server, embedded] = await ask(sql, params)
      expect({ sql, ...embedded }).toEqual({ sql, ...server })
    }
  })

  test('give back every value that was sent, as it was sent', async () => {
    const text = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', ''))
    const values = fc.record({
      text,
      int8: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      bytes: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      at: fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
      json: fc.dictionary(
        fc.stringMatching(/^[a-z]{1,8}$/),
        fc.oneof(fc.integer(), fc.boolean(), fc.constant(null)),
      ),
      texts: fc.array(fc.option(text)),
    })
    await fc.assert(
      fc.asyncProperty(values, async ({ text, int8, bytes, at, json, texts }) => {
        const [server, embedded] = await ask(
          'select $1::text as text, $2::int8 as int8, $3::bytea as bytes, $4::timestamptz as at, $5::jsonb as json, $6::text[] as texts',
          [text, int8, bytes, at, JSON.stringify(json), texts],
        )
        expect(embedded).toEqual(server)
        expect(embedded.rows[0]).toEqual({ text, int8: String(int8), bytes, at, json: { ...json }, texts })
      }),
      { numRuns: 60 },
    )
  })

  test('hand over rows that are larger than any buffer on the way', async () => {
    const [server, embedded] = await ask(
      'select n, repeat(n::text, 2000) as text from generate_series(1, 2000) n',
    )
    expect(embedded.rows.length).toBe(2000)
    expect(embedded).toEqual(server)
  })

  test('keep the SQLSTATE, constraint, detail and table of an SQL error', async () => {
    await ask('create table votes (id int primary key, ballot int not null check (ballot > 0))')
    await ask('insert into votes values (1, 1)')
    const cases = [
      ['insert into votes values (1, 1)', '23505'],
      ['insert into votes values (2, 0)', '23514'],
      ['insert into votes values (2, null)', '23502'],
      ['select * from nowhere', '42P01'],
      ['select 1/0', '22012'],
      ['selec', '42601'],
    ] as const
    for (const [sql, code] of cases) {
      const failures = await Promise.all(
        [both.server(), both.embedded()].map((database) => failureOf(database.query(sql))),
      )
      const [server, embedded] = failures.map(
        ({ code, constraint, detail, table, column, message, severity }) => ({
          code,
          constraint,
          detail,
          table,
          column,
          message,
          severity,
        }),
      )
      expect(failures[1]).toBeInstanceOf(DatabaseError)
      expect(embedded).toEqual(server)
      expect(embedded?.code).toBe(code)
    }
    const duplicate = await failureOf(both.embedded().query('insert into votes values (1, 1)'))
    expect(duplicate).toMatchObject({
      constraint: 'votes_pkey',
      table: 'votes',
      detail: 'Key (id)=(1) already exists.',
    })
  })

  test('show the line that asked in the stack of an SQL error', async () => {
    async function whoAsked(query: Promise<unknown>): Promise<void> {
      await query
    }
    for (const database of [both.server(), both.embedded()]) {
      const client = await database.pool.connect()
      const failure = await failureOf(whoAsked(client.query('select 1/0')))
      client.release()
      expect(failure.stack).toContain('whoAsked')
    }
  })

  test('run named prepared statements more than once', async () => {
    for (const database of [both.server(), both.embedded()]) {
      const client = await database.pool.connect()
      const named = { name: 'add-one', text: 'select $1::int + 1 as sum' }
      const sums = [
        await client.query({ ...named, values: [1] }),
        await client.query({ ...named, values: [41] }),
      ]
      client.release()
      expect(sums.map(({ rows }) => rows[0].sum)).toEqual([2, 42])
    }
  })

  test('leave the query object of the caller as it was', async () => {
    const query = Object.freeze({ text: 'select $1::int as n', values: [5] })
    for (const database of [both.server(), both.embedded()]) {
      const client = await database.pool.connect()
      const rows = [await client.query(query), await client.query(query)].map((result) => result.rows[0])
      client.release()
      expect(rows).toEqual([{ n: 5 }, { n: 5 }])
    }
  })

  test('call back where a callback is given', async () => {
    for (const { pool } of [both.server(), both.embedded()]) {
      const viaPool = await new Promise((resolve) => {
        pool.query('select 1 as n', (_error: Error, result: { rows: unknown[] }) => resolve(result.rows))
      })
      expect(viaPool).toEqual([{ n: 1 }])
    }
  })

  test('deliver notifications to a client that listens', async () => {
    for (const { pool } of [both.server(), both.embedded()]) {
      const client = await pool.connect()
      const heard = new Promise((resolve) => client.once('notification', resolve))
      await client.query('listen ballots')
      await client.query("notify ballots, 'changed'")
      expect(await heard).toMatchObject({ channel: 'ballots', payload: 'changed' })
      await client.query('unlisten ballots')
      client.release()
    }
  })
})
