import { readFileSync } from 'node:fs'
import { Pool } from 'pg'
import { runInScope, type Tap, tapPool } from '@hotpath/postgres/tap'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { withServer } from './databases.ts'

const server = withServer()
let pool: Pool
let tap: Tap
let time = 0
/** How far the clock goes on at each look at it. */
let step = 0

beforeAll(async () => {
  pool = new Pool({ connectionString: server().url, max: 1 })
  // A connection may still be closing when the server stops.
  pool.on('error', () => {})
  tap = tapPool(pool, { now: () => (time += step), slow: '50ms', plansPerMinute: 2 })
  await pool.query('create table questions (id int primary key, contest int, title text)')
  await pool.query("insert into questions select n, n % 10, 'title ' || n from generate_series(1, 100) n")
})
beforeEach(() => tap.reset())
afterAll(async () => {
  await tap.close()
  await pool.end()
})

const lineOf = (code: string) =>
  readFileSync(import.meta.filename, 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(code)) + 1
const request = (work: () => Promise<void>) => runInScope({ route: 'GET /questions' }, work)

describe('a statement that is sent again and again for one request', () => {
  test('is found with its line of code, its cost and one statement that does the work of all', async () => {
    for (let visitor = 0; visitor < 2; visitor++) {
      await request(async () => {
        for (let id = 1; id <= 4; id++) {
          await pool.query('select title from questions where id = $1 and contest > $2', [id, -1])
        }
      })
    }
    const { repeats } = await tap.report()
    expect(repeats).toMatchObject([
      {
        route: 'GET /questions',
        requests: 2,
        statements: 8,
        perRequest: 4,
        most: 4,
        identical: 0,
        varying: [1],
      },
    ])
    const [{ site, suggestion }] = repeats as [(typeof repeats)[0]]
    expect(site).toBe(`server/postgres/test/repeats.test.ts:${lineOf('[id, -1])')}`)
    expect(suggestion).toBe('select id, title from questions where id = any($1) and contest > $2')
    expect((await pool.query(suggestion!, [[1, 2, 3, 4], -1])).rows).toHaveLength(4)
  })

  test('gets a suggestion that keeps the rows of each value apart where they belong together', async () => {
    await request(async () => {
      for (const contest of [1, 2, 3]) {
        await pool.query('select title from questions where contest = $1 order by id limit 2', [contest])
        await pool.query('select count(*) from questions where contest = $1', [contest])
      }
    })
    const { repeats } = await tap.report()
    expect(repeats).toHaveLength(2)
    for (const { suggestion } of repeats) {
      const { rows } = await pool.query(suggestion!, [[1, 2, 3], 2].slice(0, /\$2/.test(suggestion!) ? 2 : 1))
      expect(new Set(rows.map(({ value }) => value))).toEqual(new Set([1, 2, 3]))
    }
  })

  test('is told apart by the lines that send it', async () => {
    const one = (id: number) => pool.query('select title from questions where id = $1', [id])
    await request(async () => {
      for (let id = 1; id <= 3; id++) await pool.query('select title from questions where id = $1', [id])
      for (let id = 1; id <= 5; id++) await one(id)
    })
    const { repeats } = await tap.report()
    expect(repeats.map(({ statements }) => statements).toSorted((a, b) => a - b)).toEqual([3, 5])
    expect(repeats.find(({ statements }) => statements === 5)).toMatchObject({ identical: 3 })
  })

  test('is no finding outside of requests, below the limit, or spread over several requests', async () => {
    const two = async () => {
      await pool.query('select title from questions where id = $1', [1])
      await pool.query('select title from questions where id = $1', [2])
    }
    await two()
    await two()
    await request(two)
    await request(two)
    expect((await tap.report()).repeats).toEqual([])
  })
})

describe('a slow statement', () => {
  const slowly = async (sql: string, values: unknown[]) => {
    step = 80
    await pool.query(sql, values)
    step = 0
  }

  test('is shown with its plan, and without its values', async () => {
    const sql = 'select title from questions where title = $1 and contest = 4711'
    await pool.query(sql, ['fast'])
    await tap.report()
    await slowly(sql, ['secret'])
    const { statements } = await tap.report()
    const { plan } = statements.find(({ sql }) => /title =/.test(sql))!
    expect(plan).toMatchObject({
      durationMs: 80,
      plan: { 'Node Type': 'Seq Scan', 'Relation Name': 'questions' },
    })
    expect(JSON.stringify(plan)).not.toMatch(/secret|4711/)
  })

  test('that writes is explained and not run again', async () => {
    const sql = 'update questions set contest = contest + 1 where id = $1 returning contest'
    await pool.query(sql, [1])
    await tap.report()
    const before = await pool.query('select contest from questions where id = 2')
    await slowly(sql, [2])
    const { statements } = await tap.report()
    expect(statements.find(({ kind }) => kind === 'write')?.plan?.plan).toMatchObject({
      'Node Type': 'ModifyTable',
    })
    const after = await pool.query('select contest from questions where id = 2')
    expect(after.rows[0].contest).toBe(before.rows[0].contest + 1)
  })

  test('asks for so many plans a minute and no more', async () => {
    for (const column of ['id', 'contest', 'title']) {
      await pool.query(`select ${column} from questions where id = $1`, [1])
    }
    await tap.report()
    time += 60_000
    for (const column of ['id', 'contest', 'title']) {
      await slowly(`select ${column} from questions where id = $1`, [1])
      await tap.report()
    }
    const { statements } = await tap.report()
    expect(statements.filter(({ plan }) => plan)).toHaveLength(2)
  })
})
