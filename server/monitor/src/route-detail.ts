import { type Clock, formatValue, type Route, type RouteDetail, type TraceReasonKind } from '@hotpath/core'
import { judge } from './judge.ts'
import type { Promises } from './promises.ts'
import { mergeRoutes, type RouteShare } from './route-share.ts'
import type { StatementCount } from './route-statements.ts'

export interface RouteDetailParts {
  routes: readonly Route[]
  promises: Promises
  /** When this process began. */
  startedAt: number
  clock: Clock
}

const warmingMs = 60_000
const longestMs = 600_000
const mostTraces = 10
const mostStatements = 10

/**
 * Everything about one route, from what each process knows of it; undefined for one that is neither declared nor was
 * seen by any.
 */
export function routeDetail(
  pattern: string,
  shares: readonly RouteShare[],
  { routes, promises, startedAt, clock }: RouteDetailParts,
): Omit<RouteDetail, 'worker'> | undefined {
  const declared = routes.find((route) => route.pattern === pattern)
  if (!declared && shares.length === 0) return undefined
  const now = clock()
  const starts = shares.map((share) => share.startedAt)
  const windowMs = Math.max(1_000, Math.min(longestMs, now - Math.min(startedAt, ...starts)))
  const { window, statuses, durations, statements, traces } = mergeRoutes(shares)
  const { times, outcomes, requests } = window
  const handled = requests - window.hits
  const quantile = (rank: number) => (times.count() === 0 ? null : times.quantile(rank))
  const warming = now - windowMs < Math.max(startedAt, ...starts) + warmingMs
  return {
    now,
    route: pattern,
    windowMs,
    requests,
    perSecond: requests / (windowMs / 1000),
    errors: requests === 0 ? 0 : window.errors / requests,
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    p99Ms: quantile(0.99),
    hit: window.lookups === 0 ? null : window.hits / window.lookups,
    meanBytes: requests === 0 ? 0 : window.bytes / requests,
    outcomes,
    statuses: statuses.sort((a, b) => b.count - a.count),
    durations,
    declared: declared ? linesOf(declared) : [],
    budgets: (promises.routes.get(pattern) ?? []).map((budget) => {
      const { verdict, value } = judge(budget, { ...window, warming })
      return { text: budget.text, verdict, value: value === null ? '' : formatValue(value, budget.unit) }
    }),
    statements: statementRows(statements),
    statementsPerRequest: handled === 0 ? null : window.statements / handled,
    reasons: reasonsOf(traces),
    traces: traces.slice(0, mostTraces),
  }
}

function statementRows(statements: readonly StatementCount[]): RouteDetail['statements'] {
  const allMs = statements.reduce((sum, { totalMs }) => sum + totalMs, 0)
  return statements
    .toSorted((a, b) => b.totalMs - a.totalMs)
    .slice(0, mostStatements)
    .map(({ fingerprint, text, calls, totalMs }) => ({
      fingerprint,
      text,
      calls,
      meanMs: totalMs / calls,
      share: allMs === 0 ? 0 : totalMs / allMs,
    }))
}

/** What was declared, one option a line; functions have nothing to show. */
function linesOf({ options }: Route): string[] {
  return Object.entries(options).flatMap(([name, value]) => {
    if (typeof value === 'function') return [`${name}: by the request`]
    if (value === undefined) return []
    const said = typeof value === 'object' ? JSON.stringify(value) : String(value)
    return [`${name}: ${said}`]
  })
}

function reasonsOf(
  traces: readonly { reasons: { kind: TraceReasonKind; ms: number }[] }[],
): RouteDetail['reasons'] {
  const sums = new Map<TraceReasonKind, { kind: TraceReasonKind; traces: number; ms: number }>()
  for (const { kind, ms } of traces.flatMap(({ reasons }) => reasons)) {
    const sum = sums.get(kind) ?? { kind, traces: 0, ms: 0 }
    sums.set(kind, { kind, traces: sum.traces + 1, ms: sum.ms + ms })
  }
  return [...sums.values()].sort((a, b) => b.ms - a.ms)
}
