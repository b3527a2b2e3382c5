import { observeRun, type ObservedRun, runLoad, type RunResult, type Scenario } from '@hotpath/load'
import { findMaxRate, type FindMaxResult } from '@hotpath/load/find-max'
import { type CivicQ, untilCalm } from './civicq.ts'
import type { CoreSpeedWatch } from './core-speed.ts'

/** What is promised, and therefore where the knee is. */
export const promised = { budgets: ['p95 < 100ms', 'errors < 1%'], quantile: 0.95, withinMs: 100 } as const

/** How all of the load is driven. Who waited 2 s has missed the promise, and need not be waited for any longer. */
export const driven = {
  arrivals: 'poisson',
  connections: 2_000,
  timeout: '2s',
  warmup: '500ms',
} as const

export interface SearchOptions {
  scenarios: Scenario
  quick: boolean
  coreSpeed: CoreSpeedWatch
}

/**
 * Finds the highest rate within the promise, with the core at its full speed; the application is warm and calm before
 * each run of it.
 */
export async function searchKnee(civicq: CivicQ, options: SearchOptions): Promise<FindMaxResult> {
  const { scenarios, quick, coreSpeed } = options
  const { origin } = civicq
  const warm = await warmUp(civicq, options)
  return findMaxRate({
    scenarios,
    origin,
    ...driven,
    budgets: promised.budgets,
    duration: quick ? '2s' : '3s',
    mostRuns: 13,
    async drive(load) {
      // As fast as it can, to see where to search: that is what it was just warmed by.
      if (load.model === 'closed') return warm
      const { result, before, speed } = await coreSpeed.drive(async (speed) => {
        const result = await runLoad({ ...load, rate: load.rate! * speed, scenarios })
        const isOverloaded = result.budgets.some(({ verdict }) => verdict !== 'met')
        // What an overload has left behind would else break the next run, too, and the search would go down and down.
        if (isOverloaded) await untilCalm(origin)
        return result
      })
      // As it were at full speed.
      const target = { ...result.target, rate: load.rate! * (before / speed) }
      return { ...result, target, achievedRate: result.achievedRate / speed }
    },
  })
}

/** Warm: one run took hardly less CPU for a request than the one before. */
const hardlyLess = 0.95
const mostWarmUps = 6
const users = 32

/**
 * Drives load until requests cost what they will cost: code that is compiled as it runs takes two to three times the
 * CPU for its first thousands of requests, so that a knee that is searched meanwhile lies too low. Returns the last run.
 */
export async function warmUp(
  { origin }: CivicQ,
  { scenarios, quick }: Omit<SearchOptions, 'coreSpeed'>,
): Promise<RunResult> {
  let last = Number.POSITIVE_INFINITY
  for (let seed = 1; ; seed++) {
    const load = { scenarios, origin, model: 'closed', users, seed } as const
    const run = await observeRun(() => runLoad({ ...load, duration: quick ? '2s' : '4s' }), { origin })
    const spent = cpuOfRequest(run)
    if (spent > hardlyLess * last || seed === mostWarmUps) return run
    last = spent
  }
}

/** Of application and database. */
function cpuOfRequest({ server, achievedRate }: ObservedRun): number {
  const used = server.samples.reduce((sum, { cpu, databaseCpu }) => sum + cpu + (databaseCpu ?? 0), 0)
  return used / server.samples.length / achievedRate
}
