import { setImmediate } from 'node:timers/promises'
import { policies, type PolicyName, policyNames } from './policies.ts'
import type { Trace } from './trace.ts'

export interface SimulationOptions {
  /** Sizes of the stores to play the trace into, in entries: whole numbers of 1 or more. */
  entries: readonly number[]
  /** Told the requests played so far and to be played in all, as often as the event loop is let go. */
  onProgress?: (requests: { done: number; total: number }) => void
}

/** How much of a trace a policy answers from a store of so many entries. */
export interface SimulationResult {
  policy: PolicyName
  entries: number
  /** Hits per request, from 0 to 1; a store begins empty. */
  hitRatio: number
}

/** Plays a trace into a store of each policy and size. Lets the event loop go now and then. */
export async function simulate(
  trace: Trace,
  { entries: sizes, onProgress = () => {} }: SimulationOptions,
): Promise<SimulationResult[]> {
  const requests = trace.requests().length
  const total = sizes.length * policyNames.length * requests
  const results: SimulationResult[] = []
  for (const entries of sizes) {
    for (const policy of policyNames) {
      const run = policies[policy](trace, entries)
      let step = run.next()
      for (; step.done !== true; step = run.next()) {
        onProgress({ done: results.length * requests + step.value, total })
        await setImmediate()
      }
      results.push({ policy, entries, hitRatio: step.value / requests })
    }
  }
  onProgress({ done: total, total })
  return results
}
