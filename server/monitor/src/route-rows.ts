import type { RouteRow } from '@hotpath/core'
import type { Collected } from './collected.ts'
import { judge, type Judgement, worstOf } from './judge.ts'

/** A row, and the judgement behind its budget. */
export interface JudgedRoute {
  row: RouteRow
  worst: Judgement | null
}

/** The routes of the last ten minutes, those that took the most time in total first. */
export function judgeRoutes({ routes, promises }: Pick<Collected, 'routes' | 'promises'>): JudgedRoute[] {
  const timed = routes
    .filter(({ requests }) => requests > 0)
    .map((window) => ({ window, totalMs: window.times.mean() * window.requests }))
    .sort((a, b) => b.totalMs - a.totalMs || b.window.requests - a.window.requests)
  const allMs = timed.reduce((sum, { totalMs }) => sum + totalMs, 0)
  return timed.map(({ window, totalMs }) => {
    const { route, requests, seconds, errors, hits, lookups, times, bytes, statements } = window
    const handled = requests - hits
    const worst = worstOf((promises.routes.get(route) ?? []).map((budget) => judge(budget, window)))
    return {
      worst,
      row: {
        route,
        requests,
        perSecond: requests / seconds,
        p50Ms: times.quantile(0.5),
        p95Ms: times.quantile(0.95),
        p99Ms: times.quantile(0.99),
        meanBytes: bytes / requests,
        statementsPerRequest: handled === 0 ? null : statements / handled,
        errors: errors / requests,
        hit: lookups === 0 ? null : hits / lookups,
        budget: worst && { text: worst.budget.text, verdict: worst.verdict },
        timeShare: allMs === 0 ? 0 : totalMs / allMs,
      },
    }
  })
}
