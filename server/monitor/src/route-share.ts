import { addCount, type DurationBin, type RouteDetail, sumBy, type TraceSummary } from '@hotpath/core'
import { countOf } from './buckets.ts'
import type { LabelSet } from './label-sets.ts'
import type { RequestMetrics } from './request-metrics.ts'
import { plainWindow, type PlainWindow, sumWindows } from './request-window.ts'
import type { RouteStatements, StatementCount } from './route-statements.ts'
import { stepsBetween } from './step-ring.ts'
import type { TraceWatch } from './traces/traces.ts'

/** What one process knows of a route: plain data, in bounded number. */
export interface RouteShare {
  /** When the process began: milliseconds since 1970. */
  startedAt: number
  /** The last ten minutes. */
  window: PlainWindow
  statuses: RouteDetail['statuses']
  durations: DurationBin[]
  statements: StatementCount[]
  traces: TraceSummary[]
}

export interface RouteShareParts {
  requests: Pick<RequestMetrics, 'routes' | 'labelSets'>
  statements: RouteStatements
  traces: TraceWatch | null
  startedAt: number
  now: number
}

const mostTraces = 200

/** Null for a route that was not seen. */
export function shareRoute(pattern: string, parts: RouteShareParts): RouteShare | null {
  const { requests, statements, traces, startedAt, now } = parts
  const recent = requests.routes().get(pattern)?.recent
  if (!recent) return null
  const current = recent.numberOf(now)
  const sets = requests.labelSets().filter(({ labels }) => isOf(pattern, labels))
  return {
    startedAt,
    window: plainWindow(sumWindows(stepsBetween(recent, current - recent.size + 1, current))),
    statuses: sumBy(
      sets.map(({ labels: { status }, durations }) => ({ status, count: countOf(durations) })),
      ({ status }) => status,
      addCount,
    ),
    durations: sumBins(sets.map(binsOf)),
    statements: statements.of(pattern),
    traces: traces?.list({ route: pattern, limit: mostTraces }).traces ?? [],
  }
}

/** Several shares as one: windows and counts are added up. */
export function mergeRoutes(shares: readonly RouteShare[]) {
  return {
    window: sumWindows(shares.map(({ window }) => window)),
    statuses: sumBy(
      shares.flatMap(({ statuses }) => statuses),
      ({ status }) => status,
      addCount,
    ),
    durations: sumBins(shares.map(({ durations }) => durations)),
    statements: sumBy(
      shares.flatMap(({ statements }) => statements),
      ({ fingerprint }) => fingerprint,
      (sum, { calls, totalMs }) => ({
        ...sum,
        calls: sum.calls + calls,
        totalMs: sum.totalMs + totalMs,
      }),
    ),
    traces: shares.flatMap(({ traces }) => traces).sort((a, b) => b.durationMs - a.durationMs),
  }
}

/** A label set has method and path apart. */
const isOf = (pattern: string, { method, route }: LabelSet['labels']) =>
  pattern === `${method} ${route}` || pattern === route

const binsOf = ({ durations: { boundsMs, cells } }: LabelSet): DurationBin[] =>
  [...boundsMs, null].map((upToMs, place) => ({ upToMs, count: cells[place]! }))

/** All processes have the same bounds: they come of the promises. */
const sumBins = (all: readonly DurationBin[][]): DurationBin[] =>
  sumBy(all.flat(), ({ upToMs }) => String(upToMs), addCount)
