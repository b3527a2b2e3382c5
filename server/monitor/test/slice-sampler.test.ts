import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createSliceSampler } from '../src/slice-sampler.ts'
import type { PoolFigures } from '../src/sources.ts'
import { publishRequest, publishStatement } from './published.ts'

const sliceMs = 20

function sampler({ now = Date.now, idleMs = 60_000 } = {}) {
  const pool: PoolFigures = { max: 4, heldMs: 100, waitedMs: 10 }
  const created = createSliceSampler({
    clock: () => now(),
    sliceMs,
    idleMs,
    sources: {
      caches: () => [],
      poolWaiting: () => 3,
      pool: () => pool,
      databaseCpuSeconds: () => null,
    },
  })
  onTestFinished(() => created.close())
  return { ...created, pool }
}

/** The slices once one of them satisfies `has`. */
async function until(since: ReturnType<typeof sampler>['since'], has: (sum: number) => boolean) {
  return vi.waitFor(
    () => {
      const slices = since(0)
      if (!has(slices.reduce((sum, { requests }) => sum + requests, 0))) throw new Error('not yet')
      return slices
    },
    { interval: 5, timeout: 5_000 },
  )
}

test('counts requests by route and outcome, statements and pool time, each once, from the first question on', async () => {
  const { since, pool } = sampler()
  publishRequest({ route: 'GET /before' })
  expect(since(0)).toEqual([])
  publishRequest({ route: 'GET /a', cache: 'hit', durationMs: 2 }, 3)
  publishRequest({ route: 'GET /b', cache: 'miss', status: 503, durationMs: 40 })
  publishStatement({ durationMs: 7, waitMs: 3 })
  Object.assign(pool, { heldMs: 130, waitedMs: 15 })
  const slices = await until(since, (requests) => requests === 4)
  const [first] = slices
  expect(first).toMatchObject({
    requests: 4,
    errors: 1,
    requestMs: 46,
    outcomes: { hit: 3, miss: 1 },
    routes: { 'GET /a': 3, 'GET /b': 1 },
    statements: 1,
    statementMs: 7,
    poolHeldMs: 30,
    poolWaitedMs: 5,
    poolWaiting: 3,
    databaseCpuSeconds: null,
  })
  expect(first!.p95Ms).toBeCloseTo(40, 0)
  expect(first!.statementP95Ms).toBeCloseTo(7, 0)
  expect(first!.poolWaitP95Ms).toBeCloseTo(3, 0)
  expect(slices.slice(1).every(({ requests, poolHeldMs }) => requests === 0 && poolHeldMs === 0)).toBe(true)
})

test('CPU of the loop is counted where it was used, and is part of the whole', async () => {
  const { since } = sampler()
  since(0)
  const from = process.threadCpuUsage()
  while (process.threadCpuUsage(from).user < 30_000);
  publishRequest()
  const slices = await until(since, (requests) => requests === 1)
  const sum = (pick: 'cpuSeconds' | 'loopCpuSeconds') => slices.reduce((all, slice) => all + slice[pick], 0)
  expect(sum('loopCpuSeconds')).toBeGreaterThanOrEqual(0.03)
  expect(sum('cpuSeconds')).toBeGreaterThanOrEqual(0.03)
})

test('a later question gets later slices only', async () => {
  const { since } = sampler()
  since(0)
  publishRequest()
  const [first] = await until(since, (requests) => requests === 1)
  const later = since(first!.at + first!.ms)
  expect(later.every(({ at }) => at >= first!.at + first!.ms)).toBe(true)
})

test('rests when nobody asks any more, and hears nothing then', async () => {
  let ahead = 0
  const { since } = sampler({ now: () => Date.now() + ahead, idleMs: 1_000 })
  since(0)
  publishRequest()
  await until(since, (requests) => requests === 1)
  ahead = 10_000
  await sleep(3 * sliceMs)
  publishRequest({}, 5)
  ahead = 20_000
  expect(since(0)).toEqual([])
  publishRequest({}, 2)
  const slices = await until(since, (requests) => requests > 0)
  expect(slices.reduce((sum, { requests }) => sum + requests, 0)).toBe(2)
})
