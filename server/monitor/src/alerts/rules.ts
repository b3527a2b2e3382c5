import { type AlertFigure, type Budget, formatValue, parseBudget } from '@hotpath/core'
import { isCeiling, type Promises } from '../promises.ts'

/** How a promise is held against what happens. */
export type RuleKind =
  /** The share of failures, against what is allowed, as a burn rate. */
  | 'burn'
  /** The share of requests, or statements, that take longer than the bound. */
  | 'share'
  /** The share of lookups that miss. */
  | 'misses'
  | 'mean'
  | 'rate'

/** A promise that is watched; or that is not, and why. */
export interface Rule {
  id: string
  figure: AlertFigure
  /** The declared route; null where it is about all requests. */
  route: string | null
  budget: Budget
  /** Null where it is not watched. */
  kind: RuleKind | null
  /** The share that may be bad: 0.05 for a p95; 0 where no share is meant. */
  allowed: number
  /** Why it is not watched; empty where it is. */
  reason: string
}

/** What an application that promises nothing of errors is held to. */
const availability = parseBudget('errors < 1%')

/** One rule for each promise, those about all requests first. */
export function rulesOf({ targets, routes }: Pick<Promises, 'targets' | 'routes'>): Rule[] {
  const ofAll = targets.map((budget) => ruleOf(budget, null))
  const hasErrors = ofAll.some(({ kind }) => kind === 'burn')
  const ofRoutes = [...routes].flatMap(([route, budgets]) => budgets.map((budget) => ruleOf(budget, route)))
  const all = [...(hasErrors ? [] : [ruleOf(availability, null)]), ...ofAll, ...ofRoutes]
  return [...new Map(all.map((rule) => [rule.id, rule])).values()]
}

function ruleOf(budget: Budget, route: string | null): Rule {
  const read = reading(budget, route)
  const { figure } = read
  return {
    allowed: 0,
    kind: null,
    reason: '',
    ...read,
    route,
    budget,
    id: `${figure}:${route ?? 'all'}:${budget.text}`,
  }
}

type Reading = Pick<Rule, 'figure'> & Partial<Pick<Rule, 'kind' | 'allowed' | 'reason'>>

function reading(budget: Budget, route: string | null): Reading {
  const { metric, unit, bound } = budget
  const isUpper = isCeiling(budget)
  if (metric === 'errors' && unit === 'ratio' && isUpper && bound > 0)
    return { figure: 'errors', kind: 'burn', allowed: bound }
  if (metric === 'hit' && unit === 'ratio' && !isUpper)
    return { figure: 'hit', kind: 'misses', allowed: 1 - bound }
  if (metric === 'latency' && unit === 'ms' && isUpper) return timeReading(budget, 'latency')
  if (metric === 'statement' && unit === 'ms' && isUpper && route === null)
    return timeReading(budget, 'statement')
  if (metric === 'rate' && unit === 'perSecond') {
    return isUpper || route !== null
      ? { figure: 'rate', kind: 'rate' }
      : {
          figure: 'rate',
          reason: 'How much could be served is no figure of the traffic there is: see capacity.',
        }
  }
  const figure = metric === 'errors' || metric === 'hit' || metric === 'rate' ? metric : 'latency'
  return {
    figure,
    reason: `Nothing that this process sees tells "${budget.metric}" as ${budget.text} means it.`,
  }
}

function timeReading({ statistic, bound, unit }: Budget, figure: 'latency' | 'statement'): Reading {
  if (statistic === 'mean') return { figure, kind: 'mean' }
  const percent = /^p(\d+(?:\.\d+)?)$/.exec(statistic ?? '')?.[1]
  if (percent !== undefined && Number(percent) > 0)
    // Rounded: 1 - 0.999 is 0.0010000000000000009 in binary floating point.
    return { figure, kind: 'share', allowed: Number((1 - Number(percent) / 100).toFixed(6)) }
  return {
    figure,
    reason: `One request alone would decide whether ${statistic} is over ${formatValue(bound, unit)}.`,
  }
}
