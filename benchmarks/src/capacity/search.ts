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

type Search = SearchOptions & { warm: RunResult }

/**
 * Finds the highest rate within the promise, with the core at its full speed; the application is calm before each run
 * of it. `warm` is the last run that warmed it. Searched once more where a neighbour on a shared machine let none be found.
 * @throws Error with the verdict of the second search
 */
export async function searchKnee(civicq: CivicQ, options: Search): Promise<number> {
  const search = async () => {
    const { verdict, rate, reasons } = await findKnee(civicq, options)
    if (verdict !== 'FOUND') throw new Error(`the search is ${verdict}: ${reasons.join(' ')}`)
    return rate
  }
  return search().catch(search)
}

function findKnee({ origin }: CivicQ, { scenarios, quick, coreSpeed, warm }: Search): Promise<FindMaxResult> {
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

/**
 * Of each process, before anything is measured: so many have filled its cache, and its code is compiled. After 20,000 a
 * request of one process still takes a quarter more than after 45,000, when it has come to stay.
 */
const warmRequests = 50_000
/** Warm: one run took hardly less CPU for a request than the one before. */
const hardlyLess = 0.95
const mostWarmUpMs = 300_000
const users = 32

/**
 * Drives load until requests cost what they will cost: while the cache fills and code is compiled as it runs, they take
 * four times the CPU, and a knee that is searched meanwhile lies too low. Returns the last run.
 */
export async function warmUp(
  { origin, processes }: CivicQ,
  { scenarios, quick, coreSpeed }: SearchOptions,
): Promise<RunResult> {
  const enough = quick ? 0 : processes * warmRequests
  const begun = performance.now()
  let answered = 0
  let last = Number.POSITIVE_INFINITY
  for (let seed = 1; ; seed++) {
    const from = performance.now()
    const load = { scenarios, origin, model: 'closed', users, seed } as const
    const run = await observeRun(() => runLoad({ ...load, duration: quick ? '2s' : '4s' }), { origin })
    const spent = cpuOfRequest(run) * coreSpeed.since(from)
    answered += run.requests
    const isWarm = answered >= enough && spent > hardlyLess * last
    if (isWarm || performance.now() - begun > mostWarmUpMs) return run
    last = spent
  }
}

/** Of application and database. */
function cpuOfRequest({ server, achievedRate }: ObservedRun): number {
  const used = server.samples.reduce((sum, { cpu, databaseCpu }) => sum + cpu + (databaseCpu ?? 0), 0)
  return used / server.samples.length / achievedRate
}
