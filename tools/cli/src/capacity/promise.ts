import { parseBudget } from '@hotpath/core'
import type { FitOptions } from '@hotpath/load/capacity'
import { cliErrors } from '../errors.ts'

const quantiles = { p50: 0.5, p95: 0.95, p99: 0.99 } as const

/** A budget that a response time can be planned with. @throws HP_OPTION_INVALID, HP_BUDGET_INVALID */
export function readPromise(text: string): Pick<FitOptions, 'quantile' | 'withinMs'> {
  const { metric, statistic, operator, unit, bound } = parseBudget(text)
  const quantile = quantiles[statistic as keyof typeof quantiles]
  const isBound = metric === 'latency' && unit === 'ms' && operator.startsWith('<')
  if (isBound && quantile !== undefined) return { quantile, withinMs: bound }
  throw cliErrors.HP_OPTION_INVALID({
    option: '--budget',
    given: text,
    expected: "a bound on p50, p95 or p99, such as 'p95 < 200ms'",
  })
}
