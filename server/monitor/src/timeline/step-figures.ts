import type { TimelinePoint } from '@hotpath/core'

/** A step with more of its distribution than is shown: what several processes are put together by. */
export interface StepFigures extends Omit<TimelinePoint, 'hit' | 'p50Ms' | 'p95Ms' | 'p99Ms'> {
  hits: number
  lookups: number
  /** At `quantileRanks`, in milliseconds; empty where no request ended. */
  quantiles: number[]
}

/** The quantiles that are kept of a step. */
export const quantileRanks = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1] as const

/** The counters of a step: their places. */
export const [REQUESTS, ERRORS, HITS, LOOKUPS, STATEMENTS, BYTES] = [0, 1, 2, 3, 4, 5] as const
export const counters = 6
