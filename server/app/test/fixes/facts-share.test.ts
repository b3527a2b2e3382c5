import { expect, test } from 'vitest'
import { countFacts, type FactsParts, type FactsShare, sumFacts } from '../../src/fixes/facts-share.ts'

/** A process whose running totals stand at `calls` statements of a millisecond each. */
function processOf(totals: { calls: number }) {
  const report = async () => ({
    statements: [
      {
        fingerprint: 'f',
        sql: 'select 1',
        kind: 'read',
        tables: ['a'],
        routes: [],
        calls: totals.calls,
        totalMs: totals.calls,
      },
    ],
    repeats: [],
  })
  const database = { tap: { report }, pool: { stats: () => ({ waitedMs: 3 * totals.calls }) } }
  const misses = { absent: totals.calls, expired: 0, invalidated: 0, unreachable: 0, corrupt: 0 }
  const group = {
    name: 'g',
    hits: { memory: 1, redis: 0 },
    staleHits: 0,
    misses,
    loads: totals.calls,
    loadMs: 5,
  }
  const caches = { stats: () => ({ objects: [{ namespace: 'n', groups: [group] }] }) }
  return { database, caches } as unknown as FactsParts
}

test('tells what grew since it was last asked, and how long ago that was', async () => {
  const totals = { calls: 100 }
  const clock = { now: 0 }
  const counter = countFacts({ ...processOf(totals), now: () => clock.now })
  clock.now = 10_000
  expect((await counter.take()).statements).toMatchObject([{ calls: 100, ms: 100 }])
  totals.calls = 130
  clock.now = 12_000
  expect(await counter.take()).toMatchObject({
    seconds: 2,
    statements: [{ calls: 30 }],
    waitedMs: 90,
  })
  expect((await counter.take()).statements).toEqual([])
})

test('what several processes did in the same time is added up', async () => {
  const share = async (calls: number, now: number): Promise<FactsShare> => {
    const clock = { now: 0 }
    const counter = countFacts({ ...processOf({ calls }), now: () => clock.now })
    clock.now = now
    return JSON.parse(JSON.stringify(await counter.take())) as FactsShare
  }
  const repeat = {
    fingerprint: 'f',
    sql: 'select 1',
    route: 'GET /a',
    site: 'a.ts:1',
    varying: [],
    suggestion: null,
  }
  const [one, two] = [await share(10, 60_000), await share(30, 30_000)]
  const spent = { requests: 2, statements: 20, totalMs: 40, perRequest: 10, most: 12, identical: 1 }
  one.repeats = [{ row: { ...repeat, ...spent }, calls: 20, ms: 40 }]
  two.repeats = [
    {
      row: { ...repeat, ...spent, requests: 1, statements: 40, perRequest: 40, most: 40 },
      calls: 40,
      ms: 60,
    },
  ]
  const { groups, ...whole } = sumFacts([one, two])
  expect(whole).toMatchObject({
    seconds: 60,
    statements: [{ row: { fingerprint: 'f' }, calls: 40, ms: 40 }],
    repeats: [{ row: { requests: 3, statements: 60, perRequest: 20, most: 40 }, calls: 60, ms: 100 }],
    waitedMs: 120,
  })
  expect(groups).toMatchObject([{ name: 'g', loads: 40, misses: { absent: 40 }, loadMs: 10 }])
})
