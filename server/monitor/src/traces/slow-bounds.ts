import type { Budget, Clock } from '@hotpath/core'
import { isCeiling } from '../promises.ts'
import { sumWindows } from '../request-window.ts'
import type { RouteRecord } from '../request-metrics.ts'
import { stepsBetween } from '../step-ring.ts'

/** From when on a request of a route is slow, and what was promised. */
export interface SlowBound {
  afterMs: number
  budget: { text: string; bound: number } | null
}

export interface SlowBoundsOptions {
  routes: () => ReadonlyMap<string, RouteRecord>
  budgets: ReadonlyMap<string, readonly Budget[]>
  clock: Clock
}

/** Nothing is slow below this, whatever is usual; without a budget and enough requests to know, from the other on. Milliseconds. */
const leastMs = 10
const unknownMs = 500
const enoughRequests = 100
/** How long a bound counts, in milliseconds. */
const freshMs = 5_000

/** Slow is what takes longer than its route's budget, or than 99 % of the route's requests in the last ten minutes. */
export function createSlowBounds({
  routes,
  budgets,
  clock,
}: SlowBoundsOptions): (route: string) => SlowBound {
  const known = new Map<string, SlowBound & { until: number }>()

  function look(route: string, now: number): SlowBound {
    const budget = strictest(budgets.get(route) ?? [])
    const usual = usualMs(routes().get(route), now)
    return { budget, afterMs: Math.min(budget?.bound ?? unknownMs, usual) }
  }

  return (route) => {
    const now = clock()
    const before = known.get(route)
    if (before && now < before.until) return before
    const bound = { ...look(route, now), until: now + freshMs }
    // As many as the metrics tell apart, so that invented routes cannot fill it.
    if (before || routes().has(route)) known.set(route, bound)
    return bound
  }
}

function usualMs(record: RouteRecord | undefined, now: number): number {
  if (!record) return Infinity
  const { recent } = record
  const current = recent.numberOf(now)
  const { requests, times } = sumWindows(stepsBetween(recent, current - recent.size + 1, current))
  return requests < enoughRequests ? Infinity : Math.max(leastMs, times.quantile(0.99))
}

function strictest(budgets: readonly Budget[]): SlowBound['budget'] {
  const [first] = budgets
    .filter((budget) => budget.metric === 'latency' && budget.unit === 'ms' && isCeiling(budget))
    .sort((a, b) => a.bound - b.bound)
  return first ? { text: first.text, bound: first.bound } : null
}
