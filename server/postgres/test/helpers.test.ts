import { bulkDelete, bulkInsert, bulkUpdate, createBatcher, withoutColumns } from '@hotpath/postgres'
import { expect, test } from 'vitest'
import { failureOf, openBoth } from './databases.ts'

const both = openBoth()

test.each([
  ['a server', both.server],
  ['the embedded database', both.embedded],
])('many rows are inserted, changed and deleted by one statement each on %s', async (_kind, database) => {
  const run = ({ text, values }: { text: string; values: unknown[] }) => database().query(text, values)
  await database().query('create table "odd ""name" (id int primary key, title text, score numeric(5, 1))')
  const table = 'odd "name'
  const rows = Array.from({ length: 70_000 }, (_, id) => ({
    id,
    title: `it's ${id}`,
    score: id % 7 ? 1.5 : null,
  }))
  const inserted = await run(bulkInsert(table, { id: 'int', title: 'text', score: 'numeric(5, 1)' }, rows))
  expect(inserted.rowCount).toBe(70_000)
  const columns = { id: 'int', title: 'text' }
  const changes = [
    { id: 1, title: 'one' },
    { id: 2, title: 'two' },
  ]
  expect((await run(bulkUpdate(table, { key: 'id', columns }, changes))).rowCount).toBe(2)
  expect((await run(bulkDelete(table, { key: 'id', type: 'int' }, [0, 3, 4]))).rowCount).toBe(3)
  const kept = withoutColumns(['id', 'title', 'score'], ['score'])
  const { rows: first } = await database().query(`select ${kept} from "odd ""name" where id < 6 order by id`)
  expect(first).toEqual([...changes, { id: 5, title: "it's 5" }])
})

test('a type that is more than a type is refused', () => {
  expect(() => bulkInsert('t', { id: 'int[]); drop table t; --' }, [])).toThrow(
    expect.objectContaining({ code: 'HP_BULK_INVALID' }),
  )
})

test('what is asked for in one turn is loaded together, each key once, in bounded batches', async () => {
  const batches: (readonly number[])[] = []
  const load = createBatcher(
    async (keys: readonly number[]) => {
      batches.push(keys)
      return keys.map((key) => key * 10)
    },
    { maxKeys: 2 },
  )
  expect(await Promise.all([load(1), load(2), Promise.resolve().then(() => load(1)), load(3)])).toEqual([
    10, 20, 10, 30,
  ])
  expect(batches).toEqual([[1, 2], [3]])
  expect(await load(1)).toBe(10)
  expect(batches).toHaveLength(3)
})

test('a load that fails, or answers too few, fails for all of its batch', async () => {
  const load = createBatcher(async (_keys: readonly number[]) => [1])
  const [one, two] = [failureOf(load(1)), failureOf(load(2))]
  expect((await one).message).toBe('A batch of 2 keys was answered by 1 values.')
  expect(await two).toBe(await one)
})
