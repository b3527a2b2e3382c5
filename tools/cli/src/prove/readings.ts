import type { Progress } from '@hotpath/app'
import { median } from '@hotpath/core'
import type { Scenario } from '@hotpath/load'
import { concurrentUsers } from './concurrent-users.ts'
import type { Comparison, Effort, Pair } from './compare-layers.ts'
import { timePage } from './page-timing.ts'
import type { Reading, Readings } from './targets.ts'

export interface ReadingOptions {
  pair: Pair
  scenario: Scenario
  compared: Comparison
  effort: Effort
  quick: boolean
  onProgress: (progress: Progress) => void
}

/** The fleet that CIV-12 and its like speak of: users, and requests per second. */
const usersWanted = 10_000
export const fleetRate = 50_000
const thinkMs = 5000

/** Measures what a target can ask for, with the layer on. */
export async function takeReadings(options: ReadingOptions): Promise<Readings> {
  const { pair, compared, quick, onProgress } = options
  const { on } = pair.servers
  const statements = (await pair.servers.off.measure()).statementMs.p95
  onProgress({ label: 'Pages in Chromium', done: 0, total: 2 })
  const page = await timePage(on.origin, quick ? 1 : 5)
  onProgress({ label: `${usersWanted.toLocaleString('en-US')} concurrent users`, done: 1, total: 2 })
  const users = await concurrentUsers({
    origin: on.origin,
    scenario: options.scenario,
    users: usersWanted,
    thinkMs,
    durationMs: quick ? 3000 : 15_000,
    p95Ms: 500,
    seed: options.effort.seed,
  })
  onProgress({ label: `${usersWanted.toLocaleString('en-US')} concurrent users`, done: 2, total: 2 })
  const atRate = `at ${compared.commonRate} requests/s`
  const timed = (value: number): Reading =>
    compared.invalid === null ? { value, note: atRate } : { value: null, note: compared.invalid }
  return new Map<string, Reading>([
    ['rate', rateReading(compared)],
    ['users', users],
    ['latency mean', timed(compared.on.meanMs)],
    ['latency p95', timed(compared.on.p95Ms)],
    [
      'hit',
      compared.on.hit === null
        ? { value: null, note: 'the cache was not asked' }
        : { value: compared.on.hit },
    ],
    [
      'statement p95',
      { value: statements, note: 'with the layer off, when every read reaches the database' },
    ],
    ['page', pageReading(page, 'lcp')],
    ['interactive', pageReading(page, 'interactive')],
  ])
}

/** How the application's processes answer hits, where it is not the usual way: they read the same variable. */
export const howFast = () => (process.env.HOTPATH_FAST_PATH === 'on' ? ' with the socket fast path' : '')

function rateReading({ on, generatorLimited }: Comparison): Reading {
  const limit = generatorLimited.on ? ', the generator on the same machine being the limit' : ''
  const perCpuSecond = Math.round(on.requestsPerCpuSecond).toLocaleString('en-US')
  const cores = Math.ceil(fleetRate / on.requestsPerCpuSecond)
  return {
    value: on.requestsPerSecond,
    note:
      `one process${howFast()}, warmed reads only${limit}; it serves ${perCpuSecond} per CPU-second, so ${fleetRate.toLocaleString('en-US')}/s are ` +
      `forecast from ${cores} such ${cores === 1 ? 'core' : 'cores'}`,
  }
}

function pageReading(timed: Awaited<ReturnType<typeof timePage>>, what: 'lcp' | 'interactive'): Reading {
  if ('reason' in timed) return { value: null, note: timed.reason }
  const name = what === 'lcp' ? 'largest contentful paint' : 'end of the last task over 50 ms, or first paint'
  return {
    value: median(timed.map((timing) => timing[what])),
    note: `${name}, median of ${timed.length} first visits in Chromium on this machine, network not throttled`,
  }
}
