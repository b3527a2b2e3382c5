import {
  type Clock,
  type DurationBin,
  formatValue,
  type Route,
  type RouteDetail,
  type TraceReasonKind,
} from '@hotpath/core'
import { judge } from './judge.ts'
import type { LabelSet } from './label-sets.ts'
import type { Promises } from './promises.ts'
import type { RequestMetrics } from './request-metrics.ts'
import { sumWindows } from './request-window.ts'
import type { RouteStatements } from './route-statements.ts'
import { countOf } from './buckets.ts'
import { stepsBetween } from './step-ring.ts'
import type { TraceWatch } from './traces/traces.ts'

export interface RouteDetailParts {
  routes: readonly Route[]
  requests: RequestMetrics
  promises: Promises
  statements: RouteStatements
  traces: TraceWatch | null
  startedAt: number
  clock: Clock
}

const warmingMs = 60_000
const mostTraces = 10

/** Everything about one route; undefined for one that was neither declared nor seen. */
export function routeDetail(
  pattern: string,
  parts: RouteDetailParts,
): Omit<RouteDetail, 'worker'> | undefined {
  const { routes, requests, promises, statements, startedAt, clock } = parts
  const declared = routes.find((route) => route.pattern === pattern)
  const record = requests.routes().get(pattern)
  if (!declared && !record) return undefined
  const now = clock()
  const windowMs = Math.max(1_000, Math.min(600_000, now - startedAt))
  const current = record?.recent.numberOf(now) ?? 0
  const window = sumWindows(
    record ? stepsBetween(record.recent, current - record.recent.size + 1, current) : [],
  )
  const { times, outcomes } = window
  const handled = window.requests - window.hits
  const quantile = (rank: number) => (times.count() === 0 ? null : times.quantile(rank))
  const warming = now - windowMs < startedAt + warmingMs
  const sets = requests.labelSets().filter(({ labels }) => isOf(pattern, labels))
  const traces = parts.traces?.list({ route: pattern, limit: 200 }).traces ?? []
  return {
    now,
    route: pattern,
    windowMs,
    requests: window.requests,
    perSecond: window.requests / (windowMs / 1000),
    errors: window.requests === 0 ? 0 : window.errors / window.requests,
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    p99Ms: quantile(0.99),
    hit: window.lookups === 0 ? null : window.hits / window.lookups,
    meanBytes: window.requests === 0 ? 0 : window.bytes / window.requests,
    outcomes,
    statuses: statusesOf(sets),
    durations: binsOfSets(sets),
    declared: declared ? linesOf(declared) : [],
    budgets: (promises.routes.get(pattern) ?? []).map((budget) => {
      const { verdict, value } = judge(budget, { ...window, warming })
      return { text: budget.text, verdict, value: value === null ? '' : formatValue(value, budget.unit) }
    }),
    statements: statements.of(pattern),
    statementsPerRequest: handled === 0 ? null : window.statements / handled,
    reasons: reasonsOf(traces),
    traces: traces.slice(0, mostTraces),
  }
}

/** A label set has method and path apart. */
const isOf = (pattern: string, { method, route }: LabelSet['labels']) =>
  pattern === `${method} ${route}` || pattern === route

function statusesOf(sets: readonly LabelSet[]): RouteDetail['statuses'] {
  const counts = new Map<string, number>()
  for (const { labels, durations } of sets) {
    counts.set(labels.status, (counts.get(labels.status) ?? 0) + countOf(durations))
  }
  return [...counts].map(([status, count]) => ({ status, count })).sort((a, b) => b.count - a.count)
}

function binsOfSets(sets: readonly LabelSet[]): DurationBin[] {
  const [first] = sets
  if (!first) return []
  const counts = (place: number) => sets.reduce((sum, { durations }) => sum + durations.cells[place]!, 0)
  const bounds = [...first.durations.boundsMs]
  return [...bounds, null].map((upToMs, place) => ({ upToMs, count: counts(place) }))
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
