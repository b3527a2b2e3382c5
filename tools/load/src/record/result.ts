import type { Histogram, HistogramJSON } from '@hotpath/core'
import { type BudgetOutcome, holdBudgets } from '../judge/budgets.ts'
import type { GeneratorUse } from '../judge/generator.ts'
import type { Judgement, LoadVerdict, Model } from '../judge/judge.ts'
import type { ObservedServer } from '../observe/observe-run.ts'
import type { Plan } from '../run/plan.ts'
import type { MergedRecord, Tally } from './record.ts'
import type { Arrivals } from '../schedule/schedule.ts'
import { highestLevel, meanLevel } from '../schedule/stages.ts'
import { summariseTimeline, type TimelineSummary } from './timeline.ts'

/** Times in milliseconds, each within 0.1 % (core's histogram); null when nothing was measured. */
export interface TimeSummary {
  p50: number | null
  p90: number | null
  p95: number | null
  p99: number | null
  max: number | null
  mean: number | null
}

/** What a run measured; safe in JSON. The README says how each figure is defined. */
export interface RunResult {
  verdict: LoadVerdict
  /** Why the verdict is not VALID; empty when it is. */
  reasons: string[]
  model: Model
  target: {
    /** Arrivals per second, the mean where they change; null in the closed model. */
    rate: number | null
    /** The most at a time; null in the open model. */
    users: number | null
    durationMs: number
    warmupMs: number
    /** Null in the closed model. */
    arrivals: Arrivals | 'trace' | null
    seed: number
    connections: number
    timeoutMs: number
  }
  /** Requests that ended: right ones and errors. */
  requests: number
  errors: number
  /** `timeout`, `status 503`, or the code of a failed transport such as `ECONNRESET`. */
  errorsByKind: Record<string, number>
  statuses: Record<string, number>
  /** Per second. Open: requests sent. Closed: requests answered. */
  achievedRate: number
  /** Of answer bodies, as transferred. */
  bytes: number
  /** From the due time to the last byte. */
  responseMs: TimeSummary
  /** From writing the request to an open connection to the last byte. */
  serviceMs: TimeSummary
  /** From writing the request to the head of the answer. */
  ttfbMs: TimeSummary
  /** Opening connections: name looked up, connected, TLS agreed. */
  connectMs: TimeSummary
  /** From the due time to giving the request to a connection. */
  latenessMs: TimeSummary
  /** Busiest first. */
  endpoints: { name: string; requests: number; errors: number; responseMs: TimeSummary }[]
  /** The stages that were asked for, each with the requests that were due in it; empty when none were. */
  stages: StageResult[]
  /** Sessions of several requests that came to their end, and the time from due to end of those that did not fail. */
  sessions: { count: number; failed: number; timesMs: TimeSummary }
  /** Groups of the scenarios, in the order of their first end; times of those that did not fail. */
  groups: { name: string; count: number; failed: number; timesMs: TimeSummary }[]
  /** Checks of the scenarios. */
  checks: { name: string; passed: number; failed: number }[]
  /** How the measured time went. */
  timeline: TimelineSummary
  generator: GeneratorUse & {
    connectionsOpened: number
    node: string
    /** How many threads or processes drove the load. */
    generators: number
  }
  /** The generator had no capacity left: a throughput is a lower bound. */
  generatorLimited: boolean
  budgets: BudgetOutcome[]
  /** ISO 8601. */
  startedAt: string
  histograms?: { response: HistogramJSON }
  /** What the server did meanwhile, where it was watched (observeRun). */
  server?: ObservedServer
}

/** What was measured of one stage. */
export interface StageResult {
  durationMs: number
  /** Arrivals per second, or users, at its beginning and at its end. */
  from: number
  to: number
  requests: number
  errors: number
  responseMs: TimeSummary
}

/** Everything a result is made of. */
export interface Findings {
  plan: Plan
  record: MergedRecord
  judgement: Judgement
  achievedRate: number
  generator: RunResult['generator']
  /** ISO 8601. */
  startedAt: string
  histograms: boolean
}

export function summarise({ plan, record, judgement, achievedRate, ...rest }: Findings): RunResult {
  const { model, stages, durationMs, warmupMs, arrivals, seed, connections, timeoutMs } = plan
  const open = model === 'open'
  const { verdict, reasons, generatorLimited } = judgement
  return {
    verdict,
    reasons,
    model,
    target: {
      rate: open ? meanLevel(stages) : null,
      users: open ? null : highestLevel(stages),
      durationMs,
      warmupMs,
      arrivals: open ? (plan.pattern === 'trace' ? 'trace' : arrivals) : null,
      seed,
      connections,
      timeoutMs,
    },
    requests: record.requests,
    errors: record.errors,
    errorsByKind: Object.fromEntries(record.errorsByKind),
    statuses: Object.fromEntries(record.statuses),
    achievedRate,
    bytes: record.bytes,
    responseMs: timesOf(record.response),
    serviceMs: timesOf(record.service),
    ttfbMs: timesOf(record.ttfb),
    connectMs: timesOf(record.connect),
    latenessMs: timesOf(record.lateness),
    endpoints: endpointsOf(record),
    stages: record.stages.map((tally, index) => ({ ...stages[index]!, ...requestsOf(tally) })),
    sessions: passesOf(record.sessions),
    groups: Array.from(record.groups, ([name, tally]) => ({ name, ...passesOf(tally) })),
    checks: Array.from(record.checks, ([name, count]) => ({ name, ...count })),
    timeline: summariseTimeline(record.timeline),
    generator: rest.generator,
    generatorLimited,
    budgets: holdBudgets(plan.budgets, record, achievedRate),
    startedAt: rest.startedAt,
    ...(rest.histograms ? { histograms: { response: record.response.toJSON() } } : {}),
  }
}

function timesOf(histogram: Histogram): TimeSummary {
  const measured = (value: number) => (histogram.count() === 0 ? null : value)
  return {
    p50: measured(histogram.quantile(0.5)),
    p90: measured(histogram.quantile(0.9)),
    p95: measured(histogram.quantile(0.95)),
    p99: measured(histogram.quantile(0.99)),
    max: measured(histogram.max()),
    mean: measured(histogram.mean()),
  }
}

function endpointsOf({ endpoints }: MergedRecord): RunResult['endpoints'] {
  return Array.from(endpoints, ([name, tally]) => ({ name, ...requestsOf(tally) })).sort(
    (a, b) => b.requests - a.requests,
  )
}

function requestsOf({ count, errors, times }: Tally) {
  return { requests: count, errors, responseMs: timesOf(times) }
}

function passesOf({ count, errors, times }: Tally) {
  return { count, failed: errors, timesMs: timesOf(times) }
}
