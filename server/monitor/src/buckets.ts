import type { Budget } from '@hotpath/core'

/** From a cached hit to a request that is as good as lost, in milliseconds. */
const usualBoundsMs = [1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000]

/** A histogram with fixed bounds, as Prometheus has them, and nothing but numbers inside. */
export interface Buckets {
  /** Upper bounds in milliseconds, ascending. */
  readonly boundsMs: Float64Array
  /** Counts per bucket, not cumulative; behind them the count above the last bound, then the sum in milliseconds. */
  readonly cells: Float64Array
}

/**
 * The bounds for durations: the usual ones and the bound of every budget that counts time, so that the share of
 * requests within a budget can be read off exactly.
 */
export function bucketBounds(budgets: readonly Budget[]): Float64Array {
  const promised = budgets.filter(({ unit }) => unit === 'ms').map(({ bound }) => bound)
  return Float64Array.from(new Set([...usualBoundsMs, ...promised])).sort()
}

export function createBuckets(boundsMs: Float64Array): Buckets {
  return { boundsMs, cells: new Float64Array(boundsMs.length + 2) }
}

/**
 * Counts one duration, in `also` as well where that is given, which has the same bounds. What is not a length of time
 * counts as 0.
 */
export function observe({ boundsMs, cells }: Buckets, ms: number, also?: Buckets): void {
  const time = ms >= 0 && ms < Infinity ? ms : 0
  const last = boundsMs.length
  let bucket = 0
  // From the shortest up, one by one: most requests are quick, and twenty comparisons cost less than a clever search.
  while (bucket < last && time > boundsMs[bucket]!) bucket++
  cells[bucket]! += 1
  cells[last + 1]! += time
  if (also === undefined) return
  also.cells[bucket]! += 1
  also.cells[last + 1]! += time
}

/** How many durations were longer than `boundMs`, which is one of the bounds. */
export function countAbove({ boundsMs, cells }: Buckets, boundMs: number): number {
  let count = 0
  for (let bucket = boundsMs.indexOf(boundMs) + 1; bucket <= boundsMs.length; bucket++)
    count += cells[bucket]!
  return count
}

/** How many durations were counted. */
export function countOf({ boundsMs, cells }: Buckets): number {
  let count = 0
  for (let bucket = 0; bucket <= boundsMs.length; bucket++) count += cells[bucket]!
  return count
}

/** The sum of the durations in milliseconds. */
export function sumOf({ boundsMs, cells }: Buckets): number {
  return cells[boundsMs.length + 1]!
}
