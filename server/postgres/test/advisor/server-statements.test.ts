import { adviseIndexes } from '@hotpath/postgres/advisor'
import { expect, test } from 'vitest'
import { readCatalog } from '../../src/advisor/catalog.ts'
import { openSession, type Session } from '../../src/advisor/session.ts'
import { withServer } from '../databases.ts'
import { createShop, withDatabase } from './shop.ts'

const server = withServer({ shared_preload_libraries: 'pg_stat_statements' })

test('without a workload the statements of the server are replayed, with values of their columns', async () => {
  await withDatabase({ url: server().url }, async (database) => {
    await createShop(database)
    await database.query('create extension pg_stat_statements')
    await database.query('select pg_stat_statements_reset()')
    for (let cart = 1; cart < 20; cart++)
      await database.query('select id, price from items where cart_id = $1 limit 10', [cart])
  })
  const advice = await adviseIndexes({ url: server().url, timeLimit: '40s' })
  expect(advice.accepted.map(({ sql }) => sql)).toEqual([expect.stringContaining('("cart_id"')])
})

test('a schema of 5,000 tables is read with one query per catalog', async () => {
  const url = server().url
  await withDatabase({ url }, async (database) => {
    // One transaction that makes them all would need a lock for each.
    for (let from = 0; from < 5_000; from += 500)
      await database.query(`do $$ begin for n in ${from}..${from + 499} loop
        execute format('create table many_%s (id int primary key, owner int, title text)', n); end loop; end $$`)
  })
  const session = await openSession({ url }, () => performance.now())
  let queries = 0
  const counted: Session = {
    ...session,
    query(sql) {
      queries += 1
      return session.query(sql)
    },
  }
  const catalog = await readCatalog(counted)
  await session.close()
  expect(queries).toBe(4)
  expect([...catalog.tables()].length).toBeGreaterThanOrEqual(5_000)
  expect(catalog.table('many_4999')?.indexes[0]?.keys).toEqual(['id'])
})
