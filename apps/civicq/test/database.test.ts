import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { activityWeight } from '../src/activity.ts'
import { migrate } from '../src/migrate.ts'
import { hashPassword, verifyPassword } from '../src/password.ts'
import { seedDatabase, type SeedOptions } from '../src/seed/seed.ts'
import { openBench, reference, type Bench } from './harness.ts'

let bench: Bench

beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const seed = (options: Partial<SeedOptions> = {}) =>
  seedDatabase(bench.db, { seed: 1, scale: 0.02, reference, onProgress: () => {}, ...options })

const tables = [
  'cities',
  'ballots',
  'contests',
  'candidates',
  'questions',
  'question_votes',
  'answers',
  'users',
]

/** Of every table, in a fixed order; password hashes left out, whose salts are random. */
async function digest(): Promise<string> {
  const hash = createHash('sha256')
  for (const table of tables) {
    const { rows } = await sql<{ row: string }>`
      select (to_jsonb(t) - 'password_hash')::text as row from ${sql.table(table)} t order by 1`.execute(
      bench.db,
    )
    hash.update(rows.map(({ row }) => row).join('\n'))
  }
  return hash.digest('hex')
}

test('two processes may bring the tables up to date at once; afterwards nothing is left to do', async () => {
  const applied = await Promise.all([migrate(bench.db), migrate(bench.db)])
  expect(applied.flat().sort()).toEqual(['001_tables', '002_indexes', '003_activity', '004_advised_indexes'])
  expect(await migrate(bench.db)).toEqual([])
})

test('of two that seed at once, one does, and reports how far it is', async () => {
  const steps: string[] = []
  const seedings = await Promise.all([
    seed({ onProgress: ({ label, done, total }) => done === total && steps.push(label) }),
    seed(),
  ])
  expect(seedings.filter(({ isNew }) => isNew)).toHaveLength(1)
  if (seedings[0].isNew) expect(steps).toContain('Seeding votes')
})

test('a data set that is there stays, whatever scale is asked for', async () => {
  const before = await digest()
  expect(await seed({ scale: 0.04 })).toMatchObject({ isNew: false, scale: 0.02 })
  expect(await digest()).toBe(before)
})

test('the same seed makes the same rows again, another seed others', async () => {
  const first = await digest()
  expect(await seed({ reset: true, seed: 2 })).toMatchObject({ isNew: true })
  expect(await digest()).not.toBe(first)
  await seed({ reset: true })
  expect(await digest()).toBe(first)
})

test('every score is the sum of the votes', async () => {
  const { rows } = await sql<{ id: number }>`
    select q.id from questions q left join question_votes v on v.question_id = q.id
    group by q.id having q.score <> coalesce(sum(v.value), 0)`.execute(bench.db)
  expect(rows).toEqual([])
})

test('new rows get ids after the seeded ones', async () => {
  const { rows } = await sql<{ last: number; next: number }>`
    select (select max(id) from questions) as last,
      nextval(pg_get_serial_sequence('questions', 'id'))::int as next`.execute(bench.db)
  expect(rows[0]!.next).toBeGreaterThan(rows[0]!.last)
})

test('only the named accounts can sign in', async () => {
  const accounts = await bench.db
    .selectFrom('users')
    .select(['email', 'role', 'password_hash'])
    .where('password_hash', 'is not', null)
    .orderBy('id')
    .execute()
  expect(accounts).toHaveLength(1 + 20 + 5)
  expect(accounts[0]).toMatchObject({ email: 'admin@civicq.example', role: 'administrator' })
  expect(await verifyPassword('civicq-demo', accounts[25]!.password_hash)).toBe(true)
  expect(new Set(accounts.map((account) => account.password_hash)).size).toBe(accounts.length)
  expect(await verifyPassword('civicq-demo', await hashPassword('another'))).toBe(false)
})

test('the database weighs activity as the seed does, to the ends of the scale', async () => {
  const day = 86_400_000
  for (const days of [-4000, -60, -2, -0.001, 0, 0.5, 2, 365, 1999, 2001, 4000]) {
    const at = new Date(reference.getTime() + days * day)
    const { rows } = await sql<{ weight: number }>`
      select activity_weight(${at}::timestamptz, ${reference}::timestamptz) as weight`.execute(bench.db)
    const expected = activityWeight(at.getTime(), reference.getTime())
    expect(rows[0]!.weight / expected).toBeCloseTo(1, 9)
  }
})

test('a seed that fails leaves nothing behind', async () => {
  const before = await digest()
  const stop = new Error('stop')
  const failing = seed({
    reset: true,
    onProgress({ label }) {
      if (label === 'Seeding votes') throw stop
    },
  })
  await expect(failing).rejects.toThrow(stop)
  expect(await digest()).toBe(before)
})
