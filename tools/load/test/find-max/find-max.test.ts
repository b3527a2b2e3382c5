import { expect, test } from 'vitest'
import { findMax, type FindMaxOptions } from '../../src/find-max/find-max.ts'
import { outcomeOf } from '../../src/find-max/outcome.ts'
import { createRandom } from '../../src/random/random.ts'
import type { RunResult } from '../../src/record/result.ts'
import { parseBudget } from '@hotpath/core'

const budgets = ['p95 < 200ms']
const reasons = ['Requests were sent late.']

/** The result of a run, as far as a search reads it. */
function result(facts: Partial<Record<keyof RunResult, unknown>>): RunResult {
  const times = { p50: 1, p90: 1, p95: 1, p99: 1, max: 1, mean: 1 }
  return {
    verdict: 'VALID',
    reasons: [],
    requests: 1000,
    errors: 0,
    target: { rate: null },
    achievedRate: 0,
    responseMs: times,
    serviceMs: times,
    generator: { eventLoopUtilisation: 0.2 },
    budgets: [{ text: budgets[0], verdict: 'met', value: 1 }],
    ...facts,
  } as unknown as RunResult
}

const broken = { budgets: [{ text: budgets[0], verdict: 'missed', value: 900 }] }

/** A server whose budget breaks at `knee`, which moves from run to run. */
function simulated(knee: number, { spread, seed }: { spread: number; seed: number }): FindMaxOptions {
  const random = createRandom(seed)
  return {
    budgets,
    async run(rate) {
      return result(rate < knee * Math.exp(spread * random.normal()) ? {} : broken)
    },
    saturate: async () => result({ achievedRate: knee * 1.3 }),
  }
}

test.for([0.01, 0.04, 0.1])(
  'its interval holds the knee in about 80 of 100 searches at a run-to-run spread of %f',
  async (spread) => {
    const searches = 150
    let covered = 0
    let runs = 0
    for (let seed = 1; seed <= searches; seed++) {
      const knee = 50 * 1.03 ** seed
      const found = await findMax(simulated(knee, { spread, seed }))
      expect(found.verdict).toBe('FOUND')
      if (found.low <= knee && knee <= found.high!) covered += 1
      expect(Math.abs(Math.log(found.rate / knee))).toBeLessThan(0.05 + 2 * spread)
      runs += found.steps.length
    }
    expect(covered / searches).toBeGreaterThan(0.75)
    expect(runs / searches).toBeLessThanOrEqual(24)
  },
)

test('a budget that broke by accident at low rates does not hold the search down there', async () => {
  const server = simulated(100, { spread: 0.02, seed: 1 })
  let runs = 0
  const run: FindMaxOptions['run'] = (rate, seed) =>
    runs++ < 2 ? Promise.resolve(result(broken)) : server.run(rate, seed)
  const found = await findMax({ ...server, run })
  expect(found.rate).toBeGreaterThan(90)
  expect(found.rate).toBeLessThan(110)
})

test('gives a lower bound where the generator is the limit before a budget breaks', async () => {
  const found = await findMax({
    budgets,
    from: 10,
    run: async (rate) => result(rate > 500 ? { verdict: 'INVALID', reasons } : {}),
  })
  expect(found).toMatchObject({ verdict: 'AT_LEAST', high: null })
  expect(found.rate).toBeGreaterThan(400)
  expect(found.rate).toBeLessThanOrEqual(500)
  expect(found.reasons).toContain(reasons[0])
})

test('repeats a run that is INVALID by chance', async () => {
  let runs = 0
  const found = await findMax({
    budgets,
    run: async (rate) =>
      runs++ % 3 === 0 ? result({ verdict: 'INVALID', reasons }) : result(rate < 100 ? {} : broken),
  })
  expect(found.verdict).toBe('FOUND')
  expect(found.low).toBeLessThanOrEqual(100)
  expect(found.high).toBeGreaterThanOrEqual(100)
})

test('says so where the budgets hold at no rate, and where the search is stopped', async () => {
  const none = await findMax({ budgets, run: async () => result(broken) })
  expect(none).toMatchObject({ verdict: 'NONE', rate: 0, high: null })
  let runs = 0
  const stopped = await findMax({
    budgets,
    run: async () => result(++runs > 2 ? { verdict: 'ABORTED' } : {}),
  })
  expect(stopped).toMatchObject({ verdict: 'ABORTED', rate: 20, high: null })
  expect(runs).toBe(3)
})

test('takes an overloaded server for a broken budget although the run is INVALID, but not a busy generator', () => {
  const slow = { p50: 300, p90: 800, p95: 900, p99: 990, max: 999, mean: 400 }
  const read = budgets.map(parseBudget)
  const facts = { verdict: 'INVALID', reasons, serviceMs: slow }
  expect(outcomeOf(result(facts), read)).toBe('breaks')
  expect(outcomeOf(result({ ...facts, generator: { eventLoopUtilisation: 0.95 } }), read)).toBe('INVALID')
  expect(outcomeOf(result({ verdict: 'INVALID', reasons }), read)).toBe('INVALID')
  const stolen = { generator: { eventLoopUtilisation: 0.2, stolenMs: 900, stolenShare: 0.05 } }
  expect(outcomeOf(result({ ...facts, ...stolen }), read), 'the host may be what was slow').toBe('INVALID')
})

test('learns of the rate that was driven, where it is another one than asked for', async () => {
  const asked: number[] = []
  const found = await findMax({
    budgets,
    from: 100,
    async run(rate) {
      asked.push(rate)
      const driven = 2 * rate
      return result({ target: { rate: driven }, ...(driven < 1000 ? {} : broken) })
    },
  })
  expect(found.steps.map(({ rate }) => rate)).toEqual(asked.map((rate) => 2 * rate))
  expect(found.verdict).toBe('FOUND')
  expect(found.low).toBeLessThanOrEqual(1000)
  expect(found.high).toBeGreaterThanOrEqual(1000)
})

test('takes budgets for held that held although requests were sent late, if all of them were sent', () => {
  const read = budgets.map(parseBudget)
  const facts = { verdict: 'INVALID', reasons, target: { rate: 100 }, achievedRate: 99.5 }
  expect(outcomeOf(result(facts), read)).toBe('holds')
  expect(outcomeOf(result({ ...facts, ...broken }), read), 'by lateness, perhaps').toBe('INVALID')
  expect(outcomeOf(result({ ...facts, achievedRate: 98 }), read), 'less was asked of the server').toBe(
    'INVALID',
  )
  expect(outcomeOf(result({ ...facts, errors: 1000 }), read), 'no right answer').toBe('INVALID')
  const busy = { generator: { eventLoopUtilisation: 0.95 } }
  expect(outcomeOf(result({ ...facts, ...busy }), read)).toBe('INVALID')
  const service = ['service p95 < 200ms'].map(parseBudget)
  expect(outcomeOf(result(facts), service), 'sent late, the server had time').toBe('INVALID')
})
