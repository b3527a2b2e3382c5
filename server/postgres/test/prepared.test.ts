import { openDatabase } from '@hotpath/postgres'
import { startPostgres } from '@hotpath/postgres/local'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { createPreparedNames, textToPrepare } from '../src/prepared-names.ts'

let server: Awaited<ReturnType<typeof startPostgres>>
beforeAll(async () => {
  server = await startPostgres()
})
afterAll(() => server.stop())

async function open(prepare: boolean) {
  const database = await openDatabase({ url: server.url, poolSize: 1, prepare })
  onTestFinished(() => database.close())
  const prepared = async (): Promise<string[]> => {
    const { rows } = await database.query<{ statement: string }>(
      'select statement from pg_prepared_statements',
    )
    return rows.map(({ statement }) => statement)
  }
  return { database, prepared }
}

test('a statement with values is prepared when it is asked again, and no other', async () => {
  const { database, prepared } = await open(true)
  const sql = 'select $1::int + 1 as sum'
  for (const value of [1, 2, 3]) {
    expect((await database.query(sql, [value])).rows).toEqual([{ sum: value + 1 }])
    expect(await prepared()).toEqual(value === 1 ? [] : [sql])
  }
  await database.query('select $1::int as once', [1])
  for (let time = 0; time < 3; time++) await database.query('select 1 as none')
  expect(await prepared()).toEqual([sql])
})

test('without the option none is', async () => {
  const { database, prepared } = await open(false)
  for (const value of [1, 2, 3]) await database.query('select $1::int as value', [value])
  expect(await prepared()).toEqual([])
})

test('a table that is altered meanwhile is read as it is now', async () => {
  const { database } = await open(true)
  await database.query('create table altered (id int primary key, name text)')
  await database.query("insert into altered values (1, 'a')")
  const sql = 'select * from altered where id = $1'
  const read = () => database.query(sql, [1])
  for (let time = 0; time < 3; time++) expect((await read()).rows).toEqual([{ id: 1, name: 'a' }])
  await database.query('alter table altered add column votes int not null default 7')
  for (let time = 0; time < 3; time++) expect((await read()).rows).toEqual([{ id: 1, name: 'a', votes: 7 }])
})

test('within a transaction the alteration is told, once', async () => {
  const { database } = await open(true)
  await database.query('create table moved (id int primary key)')
  const sql = 'select * from moved where id = $1'
  for (let time = 0; time < 3; time++) await database.query(sql, [1])
  await database.query('alter table moved add column votes int')
  async function readWithin() {
    const client = await database.pool.connect()
    try {
      await client.query('begin')
      return await client.query(sql, [1])
    } finally {
      await client.query('rollback')
      client.release()
    }
  }
  await expect(readWithin()).rejects.toThrow('cached plan must not change result type')
  expect((await readWithin()).rows).toEqual([])
})

test('names are bounded, and given at the second time', () => {
  const names = createPreparedNames()
  const texts = Array.from({ length: 1_500 }, (_, at) => `select ${at}`)
  expect(texts.map(names.nameOf).filter((name) => name !== undefined)).toEqual([])
  const given = texts.map(names.nameOf).filter((name) => name !== undefined)
  expect([given.length, new Set(given).size]).toEqual([1_000, 1_000])
  expect(names.nameOf('select 0')).toBe(given[0])
  names.renew('select 0')
  expect(names.nameOf('select 0')).toBe(undefined)
})

test('what has a name of its own, or no values, is left as it is', () => {
  expect(textToPrepare('select 1', undefined)).toBe(undefined)
  expect(textToPrepare('select 1', [])).toBe(undefined)
  expect(textToPrepare({ text: 'select $1', name: 'mine', values: [1] }, undefined)).toBe(undefined)
  expect(textToPrepare({ text: 'select $1', values: [1] }, undefined)).toBe('select $1')
  expect(textToPrepare('select $1', [1])).toBe('select $1')
})
