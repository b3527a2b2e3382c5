import { startRedis, type LocalRedis } from '@hotpath/cache/local'
import * as fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createBatches } from '../../src/limits/batches.ts'
import { readRate, type Rate } from '../../src/limits/gcra.ts'
import { createLimiter } from '../../src/limits/limiter.ts'
import { createMemoryLimiter } from '../../src/limits/memory-limiter.ts'
import { takeTokens } from '../../src/limits/redis-scripts.ts'
import { connectRunner, type CountingRunner } from './redis.ts'

let redis: LocalRedis
let runner: CountingRunner
let turn = 0
beforeAll(async () => {
  redis = await startRedis()
  runner = await connectRunner(redis.url)
})
beforeEach(() => {
  turn += 1
})
afterAll(async () => {
  await runner[Symbol.asyncDispose]()
  await redis.stop()
})

const rates = fc
  .record({ limit: fc.integer({ min: 1, max: 20 }), windowMs: fc.integer({ min: 1, max: 400 }) })
  .chain(({ limit, windowMs }) =>
    fc.integer({ min: 1, max: 2 * limit }).map((burst) => readRate('x', { limit, window: windowMs, burst })),
  )

/** A clock of milliseconds that is moved by hand. */
function handClock(start = 1_000) {
  let now = start
  return { now: () => now, set: (ms: number) => void (now = ms), pass: (ms: number) => void (now += ms) }
}

test('admits no more than burst + span / interval in any span, and refuses only where that is full', () => {
  fc.assert(
    fc.property(
      rates,
      fc.array(fc.record({ wait: fc.nat(300), cost: fc.integer({ min: 1, max: 3 }) })),
      (rate, asked) => {
        const clock = handClock()
        const limiter = createMemoryLimiter({ rate, maxKeys: 1, now: clock.now })
        const admitted: { at: number; cost: number }[] = []
        for (const { wait, cost } of asked) {
          clock.pass(wait)
          const at = clock.now()
          const { admitted: isAdmitted, retryInMs } = limiter.take('key', cost)
          const fullest = fullestSpan([...admitted, { at, cost }], rate)
          expect(isAdmitted).toBe(fullest <= rate.burst)
          if (isAdmitted) admitted.push({ at, cost })
          else expect(retryInMs).toBeGreaterThan(0)
        }
      },
    ),
  )
})

/** By how much the admitted exceed the rate in the span that ends now and is the fullest. */
function fullestSpan(admitted: readonly { at: number; cost: number }[], { intervalUs }: Rate): number {
  const end = admitted.at(-1)!.at
  let sum = 0
  let fullest = 0
  for (const { at, cost } of admitted.toReversed()) {
    sum += cost
    fullest = Math.max(fullest, sum - ((end - at) * 1000) / intervalUs)
  }
  return fullest
}

test('a refused request is admitted after the time it was told, and not a microsecond before', () => {
  fc.assert(
    fc.property(rates, fc.integer({ min: 1, max: 20 }), (rate, given) => {
      const cost = Math.min(given, rate.burst)
      const clock = handClock()
      const limiter = createMemoryLimiter({ rate, maxKeys: 1, now: clock.now })
      while (limiter.take('key', cost).admitted);
      const { retryInMs } = limiter.take('key', cost)
      const at = clock.now()
      clock.set(at + retryInMs - 0.001)
      expect(limiter.take('key', cost).admitted).toBe(false)
      // Half a microsecond more, for what the clock itself rounds.
      clock.set(at + retryInMs + 0.0005)
      expect(limiter.take('key', cost).admitted).toBe(true)
    }),
  )
})

test('never holds more keys than it may, and forgets those first that have nothing to remember', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.integer({ min: 1, max: 20 }), (keys, maxKeys) => {
      const limiter = createMemoryLimiter({
        rate: readRate('x', { limit: 5, window: '1m' }),
        maxKeys,
        now: () => 1,
      })
      for (const key of keys) limiter.take(String(key), 1)
      expect(limiter.size()).toBe(Math.min(maxKeys, new Set(keys).size))
    }),
  )
  const clock = handClock()
  const limiter = createMemoryLimiter({
    rate: readRate('x', { limit: 1, window: '1s' }),
    maxKeys: 2,
    now: clock.now,
  })
  limiter.take('early', 1)
  clock.pass(900)
  limiter.take('late', 1)
  clock.pass(200)
  limiter.take('new', 1)
  expect(limiter.take('late', 1).admitted).toBe(false)
})

test('Redis and the memory of a process decide alike, to the last microsecond', async () => {
  const steps = fc.array(
    fc.record({ wait: fc.nat(3), need: fc.integer({ min: 1, max: 3 }), given: fc.nat(2) }),
    { minLength: 1, maxLength: 12 },
  )
  const quick = fc
    .record({ limit: fc.integer({ min: 1, max: 20 }), window: fc.integer({ min: 1, max: 20 }) })
    .map((policy) => readRate('x', policy))
  let name = 0
  await fc.assert(
    fc.asyncProperty(quick, steps, async (rate, steps) => {
      const key = `alike:${name++}`
      let nowUs = 0
      const twin = createMemoryLimiter({ rate, maxKeys: 1, now: () => nowUs / 1000 })
      for (const { wait, need, given } of steps) {
        await new Promise((resolve) => setTimeout(resolve, wait))
        // The same script, with the time it used before its answer.
        const text = takeTokens.text.replace('local reply={}', 'local reply={now}')
        const words = [rate.intervalUs, rate.burst, need, 0, given].map(String)
        const reply = await runner.run({ name: 'timed', text }, [key], words)
        const [now, granted, wholeUs] = reply as [number, number, number]
        nowUs = now
        twin.give('key', given)
        const left = granted < need ? granted : need
        const verdict = { ...twin.take('key', need) }
        expect(verdict.admitted).toBe(granted === need)
        // Redis grants what is left where that is less than needed; here that is taken by hand.
        if (!verdict.admitted && left > 0) expect(verdict.remaining).toBe(left)
        if (!verdict.admitted && left > 0) twin.take('key', left)
        if (verdict.admitted) expect(Math.round(verdict.wholeInMs * 1000)).toBe(wholeUs)
      }
    }),
    { numRuns: 40 },
  )
})

interface Fleet {
  take(process: number): Promise<boolean>
  outstanding(): number
  sweep(): void
  close(): void
}

/** So many processes that share one limit; each with a clock of its own, which says nothing about the others'. */
function fleetOf(
  processes: number,
  { rate, mostAhead, leaseMs }: { rate: Rate; mostAhead: number; leaseMs: number },
): Fleet {
  const timing = { lingerMs: 1, waitMs: 5_000, retryMs: 10 }
  const name = `fleet:${turn}:${Math.random()}`
  const members = Array.from({ length: processes }, (_, index) => {
    const now = () => performance.now() + index * 1e9
    const batches = createBatches({ redis: runner, now, ...timing })
    const shared = { batches, nameOf: () => name, whenAway: 'closed', mostAhead, leaseMs } as const
    return { limiter: createLimiter({ rate, maxKeys: 10, now, shared }), batches }
  })
  return {
    async take(process) {
      const taken = members[process]!.limiter.take('key', 1)
      // What comes at once is read at once: the next call writes over it.
      return taken instanceof Promise ? (await taken).admitted : taken.admitted
    },
    outstanding: () => members.reduce((sum, { limiter }) => sum + limiter.outstanding(), 0),
    sweep: () => members.forEach(({ limiter }) => limiter.sweep()),
    close: () => members.forEach(({ batches }) => batches.close()),
  }
}

test('several processes together admit exactly the limit, when nothing comes back meanwhile', async () => {
  const rate = readRate('x', { limit: 100, window: '1d' })
  const fleet = fleetOf(4, { rate, mostAhead: 10, leaseMs: 1e6 })
  let admitted = 0
  for (let round = 0; round < 60; round++) {
    const taken = await Promise.all([0, 1, 2, 3].map((process) => fleet.take(process)))
    admitted += taken.filter(Boolean).length
  }
  // What is still asked of Redis counts until it has said that there is no more.
  await expect.poll(() => admitted + fleet.outstanding()).toBe(100)
  fleet.close()
})

test('what one process holds and does not use, another gets after the lease', async () => {
  const rate = readRate('x', { limit: 20, window: '1d' })
  const fleet = fleetOf(2, { rate, mostAhead: 10, leaseMs: 0 })
  let admitted = 0
  for (let round = 0; round < 10; round++) if (await fleet.take(0)) admitted += 1
  const deadline = performance.now() + 10_000
  while (admitted < 20 && performance.now() < deadline) {
    fleet.sweep()
    if (await fleet.take(1)) admitted += 1
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(admitted).toBe(20)
  expect(await fleet.take(1)).toBe(false)
  fleet.close()
})

/** In microseconds: the clock that grants are made by, which a host may set while a test runs. */
const timeOfRedis = async () =>
  (await runner.run(
    { name: 'time', text: "local time=redis.call('TIME') return time[1]*1000000+time[2]" },
    [],
    [],
  )) as number

test('in any span, a fleet admits no more than the rate and the leases outstanding at its beginning', async () => {
  const step = fc.record({
    process: fc.nat(2),
    wait: fc.nat(4),
    sweeps: fc.boolean(),
    count: fc.integer({ min: 1, max: 6 }),
  })
  const quick = fc.record({
    limit: fc.integer({ min: 4, max: 30 }),
    window: fc.integer({ min: 20, max: 200 }),
  })
  await fc.assert(
    fc.asyncProperty(
      quick,
      fc.nat(8),
      fc.array(step, { minLength: 5, maxLength: 40 }),
      async (policy, mostAhead, steps) => {
        const rate = readRate('x', policy)
        const fleet = fleetOf(3, { rate, mostAhead, leaseMs: 5 })
        const admitted: { beganAt: number; endedAt: number; held: number }[] = []
        for (const { process, wait, sweeps, count } of steps) {
          await new Promise((resolve) => setTimeout(resolve, wait))
          if (sweeps) fleet.sweep()
          const held = fleet.outstanding()
          const beganAt = await timeOfRedis()
          const taken = await Promise.all(Array.from({ length: count }, () => fleet.take(process)))
          const endedAt = await timeOfRedis()
          for (const isAdmitted of taken) if (isAdmitted) admitted.push({ beganAt, endedAt, held })
        }
        for (const [from, { beganAt, held }] of admitted.entries()) {
          for (let to = from; to < admitted.length; to++) {
            const span = admitted[to]!.endedAt - beganAt
            expect(to - from + 1).toBeLessThanOrEqual(rate.burst + span / rate.intervalUs + held)
          }
        }
        fleet.close()
      },
    ),
    { numRuns: 25 },
  )
})
