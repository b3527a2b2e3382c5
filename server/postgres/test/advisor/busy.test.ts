import { loadModule } from 'libpg-query'
import { beforeAll, expect, test } from 'vitest'
import { takeBaseline } from '../../src/advisor/baseline.ts'
import type { Bench, Call } from '../../src/advisor/bench.ts'
import type { Catalog } from '../../src/advisor/catalog.ts'
import { createEvaluator } from '../../src/advisor/evaluate.ts'
import type { Subject } from '../../src/advisor/subject.ts'
import type { WorkloadStatement } from '../../src/advisor/workload.ts'

beforeAll(() => loadModule())

/** A bench whose runs take what the test says. */
const benchOf = (times: Pick<Bench, 'plan' | 'time'>): Bench => ({
  without: (_, work) => work(),
  walBytes: () => Promise.resolve(0),
  ...times,
})

const statement = (name: string, params: unknown[][] = [[]]): WorkloadStatement => ({
  name,
  weight: 1,
  sql: `select '${name}' from nowhere`,
  params,
  write: false,
})

const subjectOf = (call: Call): Subject => ({
  statement: statement('one'),
  calls: [call],
  uses: { uses: [], writes: null },
  beforeMs: 30,
  limitMs: 1_000,
})

test.each([
  ['is slower in every round', [30, 60, 60, 30, 30, 60, 60, 30], true],
  ['is as quick in one', [30, 60, 60, 61, 30, 60, 60, 30], false],
])('a statement that %s: stays slower %s %s', async (_, runs, expected) => {
  const left = [...runs]
  const bench = benchOf({
    plan: () => Promise.resolve({ key: 'plan', cost: 1, indexes: [] }),
    time: () => Promise.resolve({ ms: left.shift()!, stopped: false }),
  })
  const subject = subjectOf({ sql: 'select 1', params: [], write: false })
  const isSlower = (before: number, after: number): boolean => after > 1.1 * before
  expect(await createEvaluator(bench, () => []).staysSlower(subject, [], isSlower)).toBe(expected)
})

const catalog: Catalog = { table: () => undefined, view: () => undefined, tables: () => [] }

test('where time is short, the statements that cost most are left out and named', async () => {
  let left = 5_000
  const bench = benchOf({
    plan: ({ sql }) => Promise.resolve({ key: 'plan', cost: sql.includes('slow') ? 1_000 : 1, indexes: [] }),
    time() {
      left -= 2_000
      return Promise.resolve({ ms: 300, stopped: false })
    },
  })
  const options = { catalog, bench, longestMs: 20_000, left: () => left, progress: () => {} }
  const found = await takeBaseline([statement('slow'), statement('quick'), statement('brisk')], options)
  expect(found.subjects.map((one) => one.statement.name)).toEqual(['quick', 'brisk'])
  expect(found.skipped).toEqual([
    { name: 'slow', reason: 'time was up before its turn: give a longer time limit' },
  ])
  expect(found.complete).toBe(false)
})

test('a list that is no array to the statement is sent as JSON', async () => {
  const bench = benchOf({
    plan: ({ params }) =>
      typeof params[0] === 'string'
        ? Promise.resolve({ key: 'plan', cost: 1, indexes: [] })
        : Promise.reject(new Error('invalid input syntax for type json')),
    time: () => Promise.resolve({ ms: 300, stopped: false }),
  })
  const options = { catalog, bench, longestMs: 20_000, left: () => 60_000, progress: () => {} }
  const { subjects, skipped } = await takeBaseline([statement('tagged', [[[{ a: 1 }]]])], options)
  expect(skipped).toEqual([])
  expect(subjects[0]?.calls[0]?.params).toEqual(['[{"a":1}]'])
})
