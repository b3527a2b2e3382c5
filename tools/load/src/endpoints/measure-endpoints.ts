import type { Duration } from '@hotpath/core'
import type { LoadOptions } from '../run/plan.ts'
import { runLoad } from '../run/run.ts'
import type { RunResult } from '../record/result.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Session } from '../session/session.ts'

export interface EndpointOptions {
  /** What visits the end points. Pauses in it are left out. */
  scenarios: readonly Scenario[]
  /** @default the scenarios' own */
  origin?: string
  /** How often everything is measured. @default 8 */
  rounds?: number
  /** Of each scenario in each round. @default '2s' */
  duration?: Duration
  /** @default 1 */
  seed?: number
  /** Drives one run. @default runLoad */
  drive?: (load: LoadOptions) => Promise<RunResult>
  signal?: AbortSignal
  onProgress?: (step: { done: number; total: number; scenario: string }) => void
}

/** One end point: how long it takes when nothing else is going on. */
export interface Endpoint {
  /** The route's pattern. */
  name: string
  requests: number
  errors: number
  /** Median response time of each round that reached it, in milliseconds. */
  p50Ms: number[]
  /** 95th percentile, likewise. */
  p95Ms: number[]
}

const defaults = { rounds: 8, duration: '2s', seed: 1, drive: runLoad } as const
const warmup: Duration = '500ms'

/**
 * Measures each end point alone: one visitor at a time, one request at a time, so that the times are those of the end
 * point and not of a queue. Rounds visit the scenarios in turn; a round is the unit that intervals are made of. In the
 * order of the names.
 * @throws what `runLoad` throws
 */
export async function measureEndpoints(options: EndpointOptions): Promise<Endpoint[]> {
  const { scenarios, origin, rounds, duration, seed, drive, signal, onProgress } = { ...defaults, ...options }
  const found = new Map<string, Endpoint>()
  const total = rounds * scenarios.length
  let done = 0
  for (let round = 0; round < rounds; round++) {
    const runs: RunResult[] = []
    for (const scenario of scenarios) {
      if (signal?.aborted) return sorted(found)
      onProgress?.({ done, total, scenario: scenario.name })
      const run = await drive({
        scenarios: withoutPauses(scenario),
        ...(origin !== undefined && { origin }),
        model: 'closed',
        users: 1,
        duration,
        ...(round === 0 && { warmup }),
        seed: seed + round,
        ...(signal && { signal }),
      })
      runs.push(run)
      done += 1
    }
    if (signal?.aborted !== true) addRound(found, runs)
  }
  return sorted(found)
}

/** An end point that several scenarios visit has, in a round, the mean of what they saw, by requests. */
function addRound(found: Map<string, Endpoint>, runs: readonly RunResult[]): void {
  const rows = runs.flatMap(({ endpoints }) => endpoints)
  for (const [name, seen] of Map.groupBy(rows, (row) => row.name)) {
    const endpoint = found.get(name) ?? { name, requests: 0, errors: 0, p50Ms: [], p95Ms: [] }
    found.set(name, endpoint)
    for (const { requests, errors } of seen) {
      endpoint.requests += requests
      endpoint.errors += errors
    }
    for (const [times, quantile] of [
      [endpoint.p50Ms, 'p50'],
      [endpoint.p95Ms, 'p95'],
    ] as const) {
      const timed = seen.flatMap(({ requests, responseMs }) => {
        const ms = responseMs[quantile]
        return ms === null ? [] : [{ requests, ms }]
      })
      const requests = timed.reduce((sum, row) => sum + row.requests, 0)
      if (requests > 0) times.push(timed.reduce((sum, row) => sum + row.ms * row.requests, 0) / requests)
    }
  }
}

/** The scenario without its think times: nobody waits for them, and nothing is measured meanwhile. */
function withoutPauses(scenario: Scenario): Scenario {
  return {
    ...scenario,
    run: (session: Session) =>
      scenario.run(Object.create(session, { think: { value: async () => {} } }) as Session),
  }
}

const sorted = (found: ReadonlyMap<string, Endpoint>) =>
  [...found.values()].sort((a, b) => a.name.localeCompare(b.name))
