import path from 'node:path'
import { expect, test } from 'vitest'
import { createBench } from '../../src/advisor/bench.ts'
import { openSession } from '../../src/advisor/session.ts'
import { temporaryFolder } from '../databases.ts'

test('a statement of an embedded database is stopped at its limit, and its transaction goes on as it was', async () => {
  await using place = await temporaryFolder()
  const session = await openSession({ folder: path.join(place.folder, 'shop') }, () => performance.now())
  try {
    await session.query('create table carts (id int); create index idx_carts on carts (id)')
    const bench = createBench(session, new AbortController().signal)
    const endless = { sql: 'select count(*) from generate_series(1, 1e12::int8)', params: [], write: false }
    const seen = await bench.without(['idx_carts'], async () => ({
      endless: await bench.time(endless, 300),
      indexes: await session.query(`select 1 from pg_indexes where indexname = 'idx_carts'`),
      quick: await bench.time({ sql: 'select 1', params: [], write: false }, 10_000),
    }))
    expect(seen.endless).toEqual({ ms: 300, stopped: true })
    expect(seen.indexes).toEqual([])
    expect(seen.quick.stopped).toBe(false)
    expect(await session.query(`select 1 from pg_indexes where indexname = 'idx_carts'`)).toHaveLength(1)
  } finally {
    await session.close()
  }
})
