import { createMonitor } from '@hotpath/monitor'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findFixes, type FixFinderOptions } from '../../src/fixes/find-fixes.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A finder over an application that does nothing: what counts is when it looks. */
function openFinder() {
  let looks = 0
  const alarms: string[] = []
  const report = async () => {
    looks += 1
    return { statements: [], repeats: [] }
  }
  const query = () => Promise.reject(new Error('gone'))
  const pool = { stats: () => ({ waitedMs: 0, max: 10 }) }
  const sources = { database: 'none', poolWaiting: () => 0, caches: () => [], ready: {} } as const
  const monitor = createMonitor({ app: 'shop', layer: 'on', routes: [], targets: [], sources })
  const finder = findFixes({
    routes: [],
    database: { tap: { report }, pool, query } as unknown as FixFinderOptions['database'],
    caches: { stats: () => ({ objects: [] }) } as unknown as FixFinderOptions['caches'],
    overview: () => monitor.overview(),
    alarms: () => alarms,
    leads: () => true,
    others: { facts: async () => [], planOf: async () => null },
    everyMs: 60_000,
    now: () => Date.now(),
  })
  return {
    alarms,
    /** How often it has looked when so many milliseconds have passed. */
    async passed(ms: number) {
      await vi.advanceTimersByTimeAsync(ms)
      return looks
    },
    [Symbol.dispose]() {
      finder.close()
      monitor.close()
    },
  }
}

test('looks when an alert begins to fire, once, and again when another does', async () => {
  using finder = openFinder()
  const { alarms, passed } = finder
  expect(await passed(20_000)).toBe(0)
  alarms.push('a')
  expect(await passed(2_000)).toBe(1)
  expect(await passed(12_000)).toBe(1)
  alarms.push('b')
  expect(await passed(2_000)).toBe(2)
})

test('looks again when the same alert begins anew', async () => {
  using finder = openFinder()
  const { alarms, passed } = finder
  alarms.push('a')
  expect(await passed(10_000)).toBe(1)
  alarms.length = 0
  await passed(12_000)
  alarms.push('a')
  expect(await passed(2_000)).toBe(2)
})

test('an alert just after a look waits until there is something to be seen', async () => {
  using finder = openFinder()
  const { alarms, passed } = finder
  expect(await passed(60_000)).toBe(1)
  alarms.push('a')
  expect(await passed(8_000)).toBe(1)
  expect(await passed(2_000)).toBe(2)
})
