import type { LoadOptions } from '../run/plan.ts'
import type { RunResult } from '../record/result.ts'
import { runLoad } from '../run/run.ts'
import { findMax, type FindMaxOptions, type FindMaxResult } from './find-max.ts'

/** What is driven, and how long each run of the search takes. */
export interface FindMaxRateOptions
  extends
    Omit<
      LoadOptions,
      'model' | 'rate' | 'users' | 'stages' | 'trace' | 'think' | 'seed' | 'budgets' | 'histograms'
    >,
    Pick<FindMaxOptions, 'budgets' | 'precision' | 'mostRuns' | 'onStep'> {
  /** Users of the closed run that shows where to search, 1…20,000. @default 32 */
  users?: number
  /** Drives one run; a coordinator of several generators can take its place. @default runLoad */
  drive?: (load: Omit<LoadOptions, 'scenarios'>) => Promise<RunResult>
}

/**
 * The highest rate at which scenarios hold their budgets, found by runs of `duration` (unset: 10 s) each.
 * @throws what `findMax` and `runLoad` throw
 */
export function findMaxRate(options: FindMaxRateOptions): Promise<FindMaxResult> {
  const { users = 32, precision, mostRuns, onStep, budgets, drive, scenarios, ...load } = options
  const run = drive ?? ((one: Omit<LoadOptions, 'scenarios'>) => runLoad({ ...one, scenarios }))
  return findMax({
    budgets,
    run: (rate, seed) => run({ arrivals: 'poisson', ...load, rate, seed, budgets }),
    saturate: () => run({ ...load, model: 'closed', users, budgets: [] }),
    ...(precision !== undefined && { precision }),
    ...(mostRuns !== undefined && { mostRuns }),
    ...(onStep !== undefined && { onStep }),
    ...(load.signal !== undefined && { signal: load.signal }),
  })
}
