import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type Clock, createHistogram } from '@hotpath/core'
import type { postgresChannels, PostgresStatementMessage } from '@hotpath/postgres/channels'
import { type Buckets, bucketBounds, createBuckets, observe } from './buckets.ts'
import { createStepRing, stepsBetween } from './step-ring.ts'

const channel = 'hotpath:postgres:statement' satisfies (typeof postgresChannels)['statement']

/** What has gone by on `hotpath:postgres:statement`. */
export interface StatementMetrics {
  /** Since the start: mean and p95 of the execution. */
  totals(): { statements: number; errors: number; meanMs: number; p95Ms: number }
  /** Over the last minute. */
  perSecond(): number
  /** Execution, and the wait for a connection before it. */
  readonly durations: Buckets
  readonly waits: Buckets
  close(): void
}

/** Listens to finished statements and counts them. */
export function createStatementMetrics({
  clock,
  boundsMs = bucketBounds([]),
}: {
  clock: Clock
  /** Upper bounds of the duration buckets in milliseconds, ascending. @default the usual ones */
  boundsMs?: Float64Array
}): StatementMetrics {
  const startedAt = clock()
  const durations = createBuckets(boundsMs)
  const waits = createBuckets(boundsMs)
  const times = createHistogram({ precisionBits: 8 })
  const recent = createStepRing({
    stepMs: 5_000,
    size: 16,
    create: () => ({ count: 0 }),
    empty: (step) => void (step.count = 0),
  })
  let errors = 0

  const onStatement = (published: unknown): void => {
    const { durationMs, waitMs, error } = published as PostgresStatementMessage
    observe(durations, durationMs)
    observe(waits, waitMs)
    times.record(durationMs)
    recent.at(clock()).count++
    if (error !== null) errors++
  }

  subscribe(channel, onStatement)
  return {
    totals: () => ({
      statements: times.count(),
      errors,
      meanMs: times.mean(),
      p95Ms: times.quantile(0.95),
    }),
    perSecond() {
      const now = clock()
      const current = recent.numberOf(now)
      const first = current - 12
      const count = stepsBetween(recent, first, current).reduce((sum, step) => sum + step.count, 0)
      return count / secondsSince(Math.max(startedAt, first * recent.stepMs), now)
    },
    durations,
    waits,
    close: () => void unsubscribe(channel, onStatement),
  }
}

/** At least one, so that the first moments of a process do not read as a storm. */
function secondsSince(from: number, now: number): number {
  return Math.max(1, (now - from) / 1000)
}
