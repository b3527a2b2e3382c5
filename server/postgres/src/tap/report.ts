import { createHistogram, type Histogram } from '@hotpath/core'
import { batchQuery } from './batch-query.ts'
import type { StatementKind } from './facts.ts'
import type { Figures } from './figures.ts'
import type { TapSettings } from './options.ts'
import type { CapturedPlan } from './plan.ts'
import type { Finding } from './repeats.ts'
import type { ParameterSample } from './samples.ts'
import { shapeOf } from './shape.ts'
import { addShare, type Share, sharesByTime } from './share.ts'

export interface ReportOptions {
  /** Most statements. @default all */
  limit?: number
  /** Values of some executions, where the option `parameters` is 'export'. @default false */
  parameters?: boolean
}

/** Everything that was seen. It holds no values of statements, unless they were asked for. */
export interface TapReport {
  /** Those that took most time in total first. Times are in milliseconds. */
  statements: StatementRow[]
  /** Statements sent again and again within one request (N+1); the most expensive first. */
  repeats: RepeatRow[]
}

export interface StatementRow {
  fingerprint: string
  sql: string
  kind: StatementKind
  tables: readonly string[]
  calls: number
  errors: number
  rows: number
  totalMs: number
  meanMs: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
  maxMs: number
  /** Waiting for a connection, on average. */
  meanWaitMs: number
  routes: Share[]
  /** Lines of code, of the executions that were looked at. */
  sites: Share[]
  plan: CapturedPlan | null
  parameters?: readonly ParameterSample[]
}

export interface RepeatRow {
  fingerprint: string
  sql: string
  route: string
  /** `src/api/ballots.ts:31` */
  site: string
  requests: number
  statements: number
  totalMs: number
  /** Statements per request, on average and at most. */
  perRequest: number
  most: number
  /** Statements whose values had been sent before in the same request. */
  identical: number
  /** Which parameters vary: 1 is `$1`. */
  varying: number[]
  /** One statement that does the work of all; null where none can be told from the text. */
  suggestion: string | null
}

interface Group {
  members: Figures[]
  times: Histogram
}

export function reportOf(
  all: readonly Figures[],
  { limit = Infinity, parameters = false }: ReportOptions,
  { exportsValues }: TapSettings,
): TapReport {
  const groups = new Map<string, Group>()
  for (const figures of all) {
    if (figures.calls === 0) continue
    const key = figures.facts?.fingerprint ?? shapeOf(figures.example)
    const group = groups.get(key) ?? { members: [], times: createHistogram({ precisionBits: 5 }) }
    group.members.push(figures)
    group.times.merge(figures.times)
    groups.set(key, group)
  }
  const showsValues = parameters && exportsValues
  const statements = [...groups.values()].map((group) => statementRow(group, showsValues))
  return {
    statements: statements.sort((a, b) => b.totalMs - a.totalMs).slice(0, limit),
    repeats: [...groups.values()].flatMap(repeatRows).sort((a, b) => b.totalMs - a.totalMs),
  }
}

function identity({
  facts,
  example,
}: Figures): Pick<StatementRow, 'fingerprint' | 'sql' | 'kind' | 'tables'> {
  const { fingerprint = '', sql = shapeOf(example), kind = 'unknown', tables = [] } = facts ?? {}
  return { fingerprint, sql, kind, tables }
}

function statementRow({ members, times }: Group, showsValues: boolean): StatementRow {
  const sum = (pick: (one: Figures) => number) => members.reduce((total, one) => total + pick(one), 0)
  const calls = sum((one) => one.calls)
  const totalMs = sum((one) => one.totalMs)
  const plans = members.flatMap(({ plan }) => plan ?? [])
  return {
    ...identity(members[0]!),
    calls,
    errors: sum((one) => one.errors),
    rows: sum((one) => one.rows),
    totalMs,
    meanMs: totalMs / calls,
    p50Ms: times.quantile(0.5),
    p95Ms: times.quantile(0.95),
    p99Ms: times.quantile(0.99),
    maxMs: times.max(),
    meanWaitMs: sum((one) => one.waitMs) / calls,
    routes: merged(members.map(({ routes }) => routes)),
    sites: merged(members.map(({ sites }) => sites)),
    plan: plans.sort((a, b) => b.durationMs - a.durationMs)[0] ?? null,
    ...(showsValues && { parameters: members.flatMap(({ samples }) => samples.all()) }),
  }
}

function merged(all: readonly ReadonlyMap<string, Share>[]): Share[] {
  const sum = new Map<string, Share>()
  for (const { name, calls, totalMs } of all.flatMap((shares) => [...shares.values()])) {
    addShare(sum, name, { durationMs: totalMs, calls, max: 100 })
  }
  return sharesByTime(sum)
}

function repeatRows({ members }: Group): RepeatRow[] {
  const { fingerprint, sql, kind } = identity(members[0]!)
  if (kind === 'transaction' || kind === 'session') return []
  const found = new Map<string, Finding>()
  for (const finding of members.flatMap(({ findings }) => [...findings.values()])) {
    const key = `${finding.route}\0${finding.site}`
    const before = found.get(key)
    found.set(key, before ? together(before, finding) : finding)
  }
  return [...found.values()].map((finding) => ({
    fingerprint,
    sql,
    ...finding,
    perRequest: finding.statements / finding.requests,
    varying: [...finding.varying].sort((a, b) => a - b),
    suggestion: batchQuery(members[0]!.facts, [...finding.varying]),
  }))
}

function together(a: Finding, b: Finding): Finding {
  return {
    ...a,
    requests: a.requests + b.requests,
    statements: a.statements + b.statements,
    totalMs: a.totalMs + b.totalMs,
    most: Math.max(a.most, b.most),
    identical: a.identical + b.identical,
    varying: a.varying.union(b.varying),
  }
}
