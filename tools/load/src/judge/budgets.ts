import {
  type Budget,
  type BudgetUnit,
  type BudgetVerdict,
  evaluateBudget,
  type Histogram,
} from '@hotpath/core'
import { errors } from '../errors.ts'
import type { LoadRecord } from '../record/record.ts'

/** A budget held against a run. */
export interface BudgetOutcome {
  text: string
  verdict: BudgetVerdict
  /** In the budget's unit; null when the run does not measure it. */
  value: number | null
}

const units: Record<string, { accepted: readonly BudgetUnit[]; wanted: string }> = {
  latency: { accepted: ['ms'], wanted: 'a time such as 200ms' },
  service: { accepted: ['ms'], wanted: 'a time such as 200ms' },
  ttfb: { accepted: ['ms'], wanted: 'a time such as 200ms' },
  connect: { accepted: ['ms'], wanted: 'a time such as 20ms' },
  session: { accepted: ['ms'], wanted: 'a time such as 5s' },
  checks: { accepted: ['ratio'], wanted: 'a share of checks that hold, such as 99%' },
  lateness: { accepted: ['ms'], wanted: 'a time such as 2ms' },
  errors: { accepted: ['ratio', 'count'], wanted: 'a share such as 1%, or a number' },
  rate: { accepted: ['perSecond', 'count'], wanted: 'a rate such as 1000/s' },
}

/**
 * Refuses a budget whose bound has the wrong unit for its metric, before the run. A metric that a load run does not
 * measure (`hit > 80%`) is accepted, and comes out as not measured.
 * @throws HP_LOAD_BUDGET_UNIT
 */
export function checkBudget(budget: Budget): Budget {
  const known = Object.hasOwn(units, budget.metric) ? units[budget.metric]! : undefined
  if (known && !known.accepted.includes(budget.unit)) {
    throw errors.HP_LOAD_BUDGET_UNIT({ budget: budget.text, wanted: known.wanted })
  }
  return budget
}

/** Holds budgets against a run: `latency` (response time), `service`, `ttfb`, `connect`, `lateness`, `session`, `errors`, `checks`, `rate`. */
export function holdBudgets(
  budgets: readonly Budget[],
  record: LoadRecord,
  achievedRate: number,
): BudgetOutcome[] {
  return budgets.map((budget) => {
    const { verdict, value } = evaluateBudget(budget, measured(budget, record, achievedRate))
    return { text: budget.text, verdict, value }
  })
}

function measured(budget: Budget, record: LoadRecord, achievedRate: number): number | null {
  const { metric, statistic, unit } = budget
  if (record.requests === 0) return null
  if (metric === 'errors' && statistic === null) {
    return unit === 'ratio' ? record.errors / record.requests : record.errors
  }
  if (metric === 'rate' && statistic === null) return achievedRate
  if (metric === 'checks' && statistic === null) return shareOfChecks(record)
  if (statistic === null) return null
  if (metric === 'latency') return statisticOf(record.response, statistic)
  if (metric === 'service') return statisticOf(record.service, statistic)
  if (metric === 'ttfb') return statisticOf(record.ttfb, statistic)
  if (metric === 'connect') return statisticOf(record.connect, statistic)
  if (metric === 'session') return statisticOf(record.sessions.times, statistic)
  return metric === 'lateness' ? statisticOf(record.lateness, statistic) : null
}

/** How many checks held, 0…1; null when there were none. */
function shareOfChecks({ checks }: LoadRecord): number | null {
  let passed = 0
  let all = 0
  for (const count of checks.values()) {
    passed += count.passed
    all += count.passed + count.failed
  }
  return all === 0 ? null : passed / all
}

/** `p95`, `mean`, `min` or `max` of a histogram; null when it is empty. */
function statisticOf(histogram: Histogram, statistic: string): number | null {
  if (histogram.count() === 0) return null
  if (statistic === 'mean') return histogram.mean()
  if (statistic === 'min') return histogram.min()
  return statistic === 'max' ? histogram.max() : histogram.quantile(Number(statistic.slice(1)) / 100)
}
