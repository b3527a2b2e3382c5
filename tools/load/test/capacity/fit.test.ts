import { expect, test } from 'vitest'
import { fitDemands, usedAt } from '../../src/capacity/demand.ts'
import { fitCapacity } from '../../src/capacity/fit.ts'
import { measuredFrom, type StoredRun } from '../../src/capacity/from-runs.ts'
import type { Measured, MeasuredRun } from '../../src/capacity/measured.ts'
import { planCapacity } from '../../src/capacity/plan.ts'
import { monthlyCost, readPrices } from '../../src/capacity/prices.ts'
import { waitMs } from '../../src/capacity/waiting.ts'
import { createRandom } from '../../src/random/random.ts'

/** What an M/M/1 queue answers within, at the 95th percentile. */
const p95OfQueue = (rate: number, seconds: number) => (1000 * seconds * Math.log(20)) / (1 - rate * seconds)

/** A run against a loop that takes 2 ms for one endpoint and 6 ms for the other, and 5 % of a core at rest. */
function run(rate: number, share: number, seed: number): MeasuredRun {
  const random = createRandom(seed)
  const mean = 0.002 * share + 0.006 * (1 - share)
  const slices = Array.from({ length: 8 }, () => {
    const mix = Math.min(1, share * random.between(0.8, 1.2))
    const rates = [rate * mix, rate * (1 - mix)]
    const used = 0.05 + 0.002 * rates[0]! + 0.006 * rates[1]!
    const noise = random.between(0.97, 1.03)
    return { rates, used: { 'event loop': used * noise, pool: rate * 0.004 * noise } }
  })
  const ms = p95OfQueue(rate, mean)
  return { rate, p50Ms: ms / 4, p95Ms: ms, p99Ms: 1.5 * ms, slices }
}

const rates = [40, 70, 100, 130]
const measured: Measured = {
  endpoints: ['GET /a', 'GET /b'],
  runs: rates.map((rate, index) => run(rate, 0.5, index + 1)),
  capacity: { 'event loop': 1, pool: 10 },
}
const promise = { quantile: 0.95, withinMs: 100 } as const

test('the demand of each endpoint is found, and what runs out first', () => {
  const [first, second] = fitDemands(measured)
  expect(first).toMatchObject({ resource: 'event loop', capacity: 1 })
  expect(first!.perRequest[0]).toBeCloseTo(0.002, 3)
  expect(first!.perRequest[1]).toBeCloseTo(0.006, 3)
  expect(first!.mostPerSecond).toBeGreaterThan(220)
  expect(first!.mostPerSecond).toBeLessThan(255)
  expect(second).toMatchObject({ resource: 'pool' })
})

test('the knee of a queue is found from runs at two thirds of it', () => {
  const { knee } = fitCapacity(measured, promise)
  // 4 ms × ln 20 ÷ (1 − ρ) is 100 ms at ρ = 0.88, and 5 % are used at rest.
  const truth = (1 - 0.05 - 0.12) / 0.004
  expect(knee).toHaveProperty('prediction')
  const { prediction } = knee as { prediction: { value: number; low: number; high: number } }
  expect(Math.abs(prediction.value / truth - 1)).toBeLessThan(0.1)
  expect(prediction.low).toBeLessThan(prediction.value)
  expect(prediction.high).toBeGreaterThan(prediction.value)
})

/** A core that a request takes 0.6 ms of, and 0.3 ms more when it finds it idle; 4 % are in use at rest. */
const waking = { resource: 'shared CPU', capacity: 1, base: 0.04, mean: 0.0006, wake: 0.0003 } as const

function wakingRun(rate: number, seed: number): MeasuredRun {
  const random = createRandom(seed)
  const slices = Array.from({ length: 8 }, () => {
    const arrived = rate * random.between(0.95, 1.05)
    const used = usedAt({ ...waking, perRequest: [waking.mean], mostPerSecond: 1_600 }, arrived)
    return { rates: [arrived], used: { 'shared CPU': used, pool: 0.004 * arrived } }
  })
  return { rate, p50Ms: 2, p95Ms: 6, p99Ms: 9, slices }
}

const wakingAt = (rates: readonly number[]): Measured => ({
  endpoints: ['GET /a'],
  runs: rates.map((rate, index) => wakingRun(rate, index + 1)),
  capacity: { 'shared CPU': 1, pool: 10 },
})

test('requests that wake a CPU at low rates are not thought to do so at high ones', () => {
  const demands = fitDemands(wakingAt([240, 400, 560, 720, 880]))
  const [cpu, pool] = demands
  expect(cpu).toMatchObject({ resource: 'shared CPU' })
  // (1 − 0.04) ÷ 0.6 ms. What 240 to 880/s took in a straight line would end before 1,400.
  expect(Math.abs(cpu!.mostPerSecond / 1_600 - 1)).toBeLessThan(0.05)
  expect(cpu!.wake).toBeGreaterThan(0.0002)
  expect(pool).toMatchObject({ resource: 'pool', wake: 0 })
  expect(usedAt(cpu!, 0)).toBeCloseTo(cpu!.base, 9)
  expect(usedAt(cpu!, cpu!.mostPerSecond)).toBeCloseTo(1, 9)
  // Of several cores, as a plan asks: nothing is idle.
  expect(usedAt(cpu!, 5_000)).toBeCloseTo(cpu!.base + 5_000 * cpu!.mean, 9)
})

test('three runs are too few to tell a bend from scatter', () => {
  const [cpu] = fitDemands(wakingAt([240, 560, 880]))
  expect(cpu!.wake).toBe(0)
  expect(cpu!.mostPerSecond).toBeLessThan(1_400)
})

test('nothing is said beyond twice the measured rates, or where a resource is used up', () => {
  const { latencyAt } = fitCapacity(measured, promise)
  expect(latencyAt(120)).toHaveProperty('prediction')
  expect(latencyAt(261)).toMatchObject({ refused: expect.stringContaining('more than 2 × 130') as string })
  expect(latencyAt(250)).toMatchObject({
    refused: expect.stringContaining('event loop is used up') as string,
  })
  const low = fitCapacity({ ...measured, runs: [run(10, 0.5, 1), run(20, 0.5, 2)] }, promise)
  expect(low.knee).toMatchObject({ refused: expect.stringContaining('more than 2 × 20') as string })
})

test('a promise that does not even hold without waiting has no knee', () => {
  const { knee } = fitCapacity(measured, { quantile: 0.95, withinMs: 2 })
  expect(knee).toMatchObject({ refused: expect.stringContaining('Even without waiting') as string })
})

test('one server waits as Pollaczek and Khinchine have it, several as Erlang does', () => {
  // M/M/1: of all, ρ wait, for S ÷ (1 − ρ) on average.
  const one = waitMs({ servers: 1, serviceMs: 10, variability: 1 }, 0.8, 0.95)
  expect(one).toBeCloseTo((10 / 0.2) * Math.log(0.8 / 0.05), 6)
  // Erlang C of four servers at 80 % is 0.596: those who wait do so for 12.5 ms on average.
  const four = waitMs({ servers: 4, serviceMs: 10, variability: 1 }, 0.8, 0.95)
  expect(four / (12.5 * Math.log(0.596 / 0.05))).toBeCloseTo(1, 1)
  expect(waitMs({ servers: 10, serviceMs: 10, variability: 1 }, 0.4, 0.95)).toBe(0)
  expect(waitMs({ servers: 10, serviceMs: 10, variability: 1 }, 1, 0.95)).toBe(Infinity)
})

const prices = readPrices('cpuHour: 0.04\nmonthly: { database: 800 }', 'prices.yaml')

test('a plan has room for the peak, the headroom and a failure, and fits what it finds', () => {
  const fit = fitCapacity(measured, promise)
  const plan = planCapacity(fit, { name: 'shop', peak: 2_000, poolSize: 10, maxConnections: 100 })
  expect((plan.replicas - plan.spare) * plan.ratePerPod).toBeGreaterThanOrEqual(2_600)
  expect((plan.replicas - plan.spare - 1) * plan.ratePerPod).toBeLessThan(2_600)
  expect(plan.connections).toMatchObject({ wanted: plan.replicas * 10, most: 90, fits: false })
  expect(plan.problems[0]).toContain('make pools of')
  expect(plan.cpuTarget).toBeGreaterThan(40)
  expect(plan.cpuTarget).toBeLessThan(90)
  const half = planCapacity(fit, {
    name: 'shop',
    peak: 2_000,
    poolSize: 2,
    efficiency: (pods) => 1 / (1 + 0.02 * (pods - 1)),
  })
  expect(half.replicas).toBeGreaterThan(plan.replicas)
})

test('a month costs its pod-hours and what is paid beside', () => {
  expect(monthlyCost(prices, { podHours: 1_000, cores: 2, memoryGiB: 4 })).toEqual({
    pods: 80,
    rest: 800,
    total: 880,
  })
})

test.each([
  ['cpuHour: -1', 'cpuHour is -1'],
  ['cpuhour: 1', 'not "cpuhour"'],
  ['cpuHour: 1\nmonthly: { database: much }', 'monthly.database'],
  ['[', ''],
])('a price table that cannot be read is refused: %j', (text, problem) => {
  expect(() => readPrices(text, 'prices.yaml')).toThrow(problem)
})

const stored = {
  verdict: 'VALID',
  achievedRate: 1,
  errors: 0,
  requests: 1,
  responseMs: {},
} as unknown as StoredRun

test.each([
  [{ ...stored, verdict: 'INVALID' }, 'INVALID'],
  [stored, 'not watched'],
] as [StoredRun, string][])('a run that says nothing of capacity is refused by name', (given, problem) => {
  expect(() => measuredFrom([{ file: 'run.json', run: given }])).toThrow(problem)
})
