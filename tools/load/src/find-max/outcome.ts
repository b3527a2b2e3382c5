import { type Budget, evaluateBudget } from '@hotpath/core'
import type { RunResult, TimeSummary } from '../record/result.ts'

/** What a run at one rate says about the budgets. */
export type Outcome = 'holds' | 'breaks' | 'INVALID' | 'ABORTED'

/** From here on a busy generator reads answers late, so that its service times say nothing of the server. */
const calmLoop = 0.85

/**
 * Whether the budgets hold in a run that may be believed. A run can be INVALID because the server was overloaded:
 * answers stay away until all connections are in use. Where the generator's event loop was calm, a budget that the
 * service times or the errors alone break is broken for certain, since no other limit can make those worse.
 */
export function outcomeOf(result: RunResult, budgets: readonly Budget[]): Outcome {
  if (result.verdict === 'ABORTED') return 'ABORTED'
  if (result.verdict === 'VALID') {
    return result.budgets.every(({ verdict }) => verdict === 'met') ? 'holds' : 'breaks'
  }
  const calm = result.generator.eventLoopUtilisation <= calmLoop && result.requests > 0
  return calm && budgets.some((budget) => breaksForCertain(result, budget)) ? 'breaks' : 'INVALID'
}

function breaksForCertain({ serviceMs, errors, requests }: RunResult, budget: Budget): boolean {
  const { metric, statistic, unit } = budget
  if (metric === 'errors' && unit === 'ratio') return missed(budget, errors / requests)
  if ((metric === 'latency' || metric === 'service') && statistic !== null && statistic in serviceMs) {
    return missed(budget, serviceMs[statistic as keyof TimeSummary])
  }
  return false
}

function missed(budget: Budget, value: number | null): boolean {
  return evaluateBudget(budget, value).verdict === 'missed'
}
