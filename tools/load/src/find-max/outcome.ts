import { type Budget, evaluateBudget } from '@hotpath/core'
import { isMuchStolen } from '../judge/stolen-time.ts'
import type { RunResult, TimeSummary } from '../record/result.ts'

/** What a run at one rate says about the budgets. */
export type Outcome = 'holds' | 'breaks' | 'INVALID' | 'ABORTED'

/** From here on a busy generator reads answers late, so that its service times say nothing of the server. */
const calmLoop = 0.85

/** Of the asked rate, sent: with less, nothing is known of the rest. */
const wholeRate = 0.99
/** Budgets on what a late generator can only make look worse: it counts from the due time, and spares the server nothing. */
const onlyWorsened: ReadonlySet<string> = new Set(['latency', 'errors'])

/**
 * Whether the budgets hold in a run that may be believed. A run can be INVALID because the server was overloaded:
 * answers stay away until all connections are in use. Where the generator's event loop was calm, a budget that the
 * service times or the errors alone break is broken for certain, since no other limit can make those worse. Likewise
 * budgets hold for certain where they held although requests were sent late, as long as all of them were sent.
 */
export function outcomeOf(result: RunResult, budgets: readonly Budget[]): Outcome {
  if (result.verdict === 'ABORTED') return 'ABORTED'
  const held = result.budgets.every(({ verdict }) => verdict === 'met')
  if (result.verdict === 'VALID') return held ? 'holds' : 'breaks'
  const { generator } = result
  if (generator.eventLoopUtilisation > calmLoop || result.requests === 0) return 'INVALID'
  // A host that runs something else meanwhile can make any time worse, too.
  if (!isMuchStolen(generator) && budgets.some((budget) => breaksForCertain(result, budget))) return 'breaks'
  const couldHide = budgets.some(({ metric }) => !onlyWorsened.has(metric))
  return held && !couldHide && wasSentWhole(result) ? 'holds' : 'INVALID'
}

function wasSentWhole({ target, achievedRate, errors, requests }: RunResult): boolean {
  return target.rate !== null && achievedRate >= wholeRate * target.rate && errors < requests
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
