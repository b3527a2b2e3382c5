import { type Budget, budgetsOf, parseBudget, type Route, type Target, vitalNames } from '@hotpath/core'

/** What an application has promised: by its targets as a whole, and route by route. */
export interface Promises {
  p95: Budget | null
  errors: Budget | null
  hit: Budget | null
  /** What browsers measure, as it was written. */
  vitals: readonly Budget[]
  /** By the pattern of the route. */
  routes: ReadonlyMap<string, readonly Budget[]>
  /** Those of the targets, as they were written. */
  targets: readonly Budget[]
  /** Every one of them. */
  all: readonly Budget[]
}

/**
 * Reads the budgets of targets and routes. Of several targets for one figure the strictest counts.
 * @throws HP_BUDGET_INVALID
 */
export function readPromises(routes: readonly Route[], targets: readonly Target[]): Promises {
  const ofTargets = targets.map(({ budget }) => parseBudget(budget))
  const ofRoutes = new Map(
    routes.map(({ pattern, options }) => [pattern, budgetsOf(options).map((text) => parseBudget(text))]),
  )
  const strictest = (fits: (budget: Budget) => boolean) =>
    ofTargets.filter(fits).sort(byStrictness)[0] ?? null
  return {
    p95: strictest((b) => b.metric === 'latency' && b.statistic === 'p95' && b.unit === 'ms' && isCeiling(b)),
    errors: strictest((b) => b.metric === 'errors' && b.unit === 'ratio' && isCeiling(b)),
    hit: strictest((b) => b.metric === 'hit' && b.unit === 'ratio' && !isCeiling(b)),
    vitals: ofTargets.filter(({ metric }) => (vitalNames as readonly string[]).includes(metric)),
    routes: ofRoutes,
    targets: ofTargets,
    all: [...ofTargets, ...[...ofRoutes.values()].flat()],
  }
}

/** Whether a budget says "no more than", rather than "no less than". */
export function isCeiling({ operator }: Budget): boolean {
  return operator === '<' || operator === '<='
}

function byStrictness(a: Budget, b: Budget): number {
  return isCeiling(a) ? a.bound - b.bound : b.bound - a.bound
}
