import type { Histogram, HistogramJSON } from '@hotpath/core'
import { type BudgetOutcome, holdBudgets } from './budgets.ts'
import type { GeneratorUse } from './generator.ts'
import type { Judgement, LoadVerdict, Model } from './judge.ts'
import type { Plan } from './plan.ts'
import type { LoadRecord } from './recorder.ts'
import type { Arrivals } from './schedule.ts'
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
    /** Arrivals per second; null in the closed model. */
    rate: number | null
    /** Null in the open model. */
    users: number | null
    durationMs: number
    warmupMs: number
    arrivals: Arrivals | null
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
  /** From sending to the last byte. */
  serviceMs: TimeSummary
  /** From sending to the head of the answer. */
  ttfbMs: TimeSummary
  /** From the due time to sending. */
  latenessMs: TimeSummary
  /** Busiest first. */
  endpoints: { name: string; requests: number; errors: number; responseMs: TimeSummary }[]
  /** How the measured time went. */
  timeline: TimelineSummary
  generator: GeneratorUse & { connectionsOpened: number; node: string }
  /** The generator had no capacity left: a throughput is a lower bound. */
  generatorLimited: boolean
  budgets: BudgetOutcome[]
  /** ISO 8601. */
  startedAt: string
  histograms?: { response: HistogramJSON }
}

/** Everything a result is made of. */
export interface Findings {
  plan: Plan
  record: LoadRecord
  judgement: Judgement
  achievedRate: number
  generator: RunResult['generator']
  startedAt: Date
  histograms: boolean
}

export function summarise({ plan, record, judgement, achievedRate, ...rest }: Findings): RunResult {
  const { model, rate, users, durationMs, warmupMs, arrivals, seed, connections, timeoutMs } = plan
  const open = model === 'open'
  const { verdict, reasons, generatorLimited } = judgement
  return {
    verdict,
    reasons,
    model,
    target: {
      rate: open ? rate : null,
      users: open ? null : users,
      durationMs,
      warmupMs,
      arrivals: open ? arrivals : null,
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
    latenessMs: timesOf(record.lateness),
    endpoints: endpointsOf(record),
    timeline: summariseTimeline(record.timeline.record()),
    generator: rest.generator,
    generatorLimited,
    budgets: holdBudgets(plan.budgets, record, achievedRate),
    startedAt: rest.startedAt.toISOString(),
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

function endpointsOf({ endpoints }: LoadRecord): RunResult['endpoints'] {
  return Array.from(endpoints, ([name, { requests, errors, response }]) => ({
    name,
    requests,
    errors,
    responseMs: timesOf(response),
  })).sort((a, b) => b.requests - a.requests)
}
