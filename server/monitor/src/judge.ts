import { type Budget, type BudgetVerdict, evaluateBudget } from '@hotpath/core'
import type { TimedWindow } from './collected.ts'
import type { RequestWindow } from './request-window.ts'

/** A budget held against what was measured. */
export interface Judgement {
  budget: Budget
  verdict: BudgetVerdict
  /** In the budget's unit; null when it was not measured. */
  value: number | null
}

/** Fewer requests than this break no budget and meet none: one slow answer would decide. */
export const smallestSample = 20

/** Holds a budget of requests against a window of them. Figures that requests do not have are not measured. */
export function judge(budget: Budget, window: JudgedWindow): Judgement {
  const { value, samples } = figureOf(budget, window)
  return { budget, ...evaluateBudget(budget, samples < smallestSample ? null : value) }
}

/** The judgement to show where there is room for one: a missed budget first, then a met one. */
export function worstOf(judgements: readonly Judgement[]): Judgement | null {
  const rank = { missed: 0, met: 1, 'not measured': 2 }
  return judgements.toSorted((a, b) => rank[a.verdict] - rank[b.verdict] || excess(b) - excess(a))[0] ?? null
}

/** How many times over (or short of) its bound a missed budget is; 0 for one that is not missed. */
export function excess({ budget, verdict, value }: Judgement): number {
  if (verdict !== 'missed' || value === null) return 0
  return budget.operator.startsWith('<') ? value / budget.bound : budget.bound / value
}

/** A window that knows whether the caches were still filling for the first time. */
export type JudgedWindow = RequestWindow & Pick<TimedWindow, 'warming'>

interface Figure {
  value: number | null
  samples: number
}

function figureOf({ metric, statistic, unit }: Budget, window: JudgedWindow): Figure {
  const { requests, errors, hits, lookups, times, warming } = window
  if (metric === 'latency' && unit === 'ms') {
    return { value: statistic === null ? null : statisticOf(times, statistic), samples: requests }
  }
  if (metric === 'errors' && unit === 'ratio') return { value: errors / requests, samples: requests }
  if (metric === 'hit' && unit === 'ratio') return { value: hits / lookups, samples: warming ? 0 : lookups }
  return { value: null, samples: 0 }
}

function statisticOf(times: RequestWindow['times'], statistic: string): number {
  if (statistic === 'mean' || statistic === 'min' || statistic === 'max') return times[statistic]()
  return times.quantile(Number(statistic.slice(1)) / 100)
}
