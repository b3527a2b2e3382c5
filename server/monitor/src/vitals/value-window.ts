import { type VitalFigures, type VitalName, vitalBounds, type VitalVerdict } from '@hotpath/core'
import { type Buckets, countOf, createBuckets, observe, sumOf } from '../buckets.ts'

/**
 * The values of one vital over some stretch of time. Buckets with the bounds of the verdicts among theirs take a
 * twentieth of a histogram of times, and the shares of good and poor can be read off them exactly.
 */
export interface ValueWindow {
  readonly buckets: Buckets
  min: number
  max: number
}

/** The largest value that is believed; what is above is counted as it. Milliseconds, and for CLS a plain number. */
export const largestValue: Readonly<Record<VitalName, number>> = {
  LCP: 60_000,
  INP: 60_000,
  CLS: 10,
  FCP: 60_000,
  TTFB: 60_000,
}

/** Six buckets for each doubling. */
const step = 2 ** (1 / 6)
const smallest = { time: 8, shift: 0.001 }
const percentile = 0.75

/**
 * The bounds of a vital's buckets: fine enough that a percentile, read off by interpolation, is usually within 3 % of
 * the exact value and never over 12 %; at `exact` and at the bounds of the verdicts it is on the right side for sure.
 */
export function valueBounds(vital: VitalName, exact: readonly number[] = []): Float64Array {
  const bounds = new Set<number>([...vitalBounds[vital], ...exact])
  const first = vital === 'CLS' ? smallest.shift : smallest.time
  for (let bound = first; bound < largestValue[vital]; bound *= step) bounds.add(bound)
  return Float64Array.from(bounds).sort()
}

export function createValueWindow(bounds: Float64Array): ValueWindow {
  return { buckets: createBuckets(bounds), min: Infinity, max: 0 }
}

export function addValue(window: ValueWindow, value: number): void {
  observe(window.buckets, value)
  if (value < window.min) window.min = value
  if (value > window.max) window.max = value
}

/** Adds what another window of the same bounds holds. */
export function mergeValues(into: ValueWindow, from: ValueWindow): void {
  const { cells } = into.buckets
  const added = from.buckets.cells
  for (let cell = 0; cell < cells.length; cell++) cells[cell]! += added[cell]!
  into.min = Math.min(into.min, from.min)
  into.max = Math.max(into.max, from.max)
}

/** The same as plain data, without the buckets that are empty: most are. */
export interface PlainValues {
  /** Pairs of bucket and count; the last may be the sum of the values. */
  cells: [cell: number, amount: number][]
  min: number
  max: number
}

/** Null for a window that holds nothing. */
export function plainValues({ buckets, min, max }: ValueWindow): PlainValues | null {
  if (countOf(buckets) === 0) return null
  const cells = Array.from(buckets.cells, (amount, cell): [number, number] => [cell, amount])
  return { cells: cells.filter(([, amount]) => amount !== 0), min, max }
}

/** The window again; `bounds` are those it was made with. */
export function wholeValues({ cells, min, max }: PlainValues, bounds: Float64Array): ValueWindow {
  const buckets = createBuckets(bounds)
  for (const [cell, amount] of cells) buckets.cells[cell] = amount
  return { buckets, min, max }
}

export function emptyValues(window: ValueWindow): void {
  window.buckets.cells.fill(0)
  window.min = Infinity
  window.max = 0
}

/** The 75th percentile (nearest rank, interpolated within its bucket); null when nothing was recorded. */
export function p75Of({ buckets, min, max }: ValueWindow): number | null {
  const { boundsMs: bounds, cells } = buckets
  const count = countOf(buckets)
  if (count === 0) return null
  const rank = Math.ceil(percentile * count)
  let before = 0
  for (let bucket = 0; bucket < bounds.length; bucket++) {
    const inside = cells[bucket]!
    if (before + inside >= rank) {
      const lower = bucket === 0 ? 0 : bounds[bucket - 1]!
      // From the middle of its share of the bucket: never on a bound, which would be another verdict's.
      const value = lower + (bounds[bucket]! - lower) * ((rank - before - 0.5) / inside)
      return Math.min(max, Math.max(min, value))
    }
    before += inside
  }
  return max
}

/** What is told of a vital; undefined when nothing was recorded. `latest` is the end of the same stretch. */
export function figuresOf(
  vital: VitalName,
  window: ValueWindow,
  latest: ValueWindow | undefined,
): VitalFigures | undefined {
  const p75 = p75Of(window)
  if (p75 === null) return undefined
  const { buckets, min, max } = window
  const count = countOf(buckets)
  const [goodBound, poorBound] = vitalBounds[vital]
  const good = countUpTo(buckets, goodBound) / count
  const notPoor = countUpTo(buckets, poorBound) / count
  return {
    count,
    p75,
    current: latest ? p75Of(latest) : null,
    mean: sumOf(buckets) / count,
    min,
    max,
    good,
    needs: notPoor - good,
    poor: 1 - notPoor,
    verdict: verdictOf(p75, [goodBound, poorBound]),
  }
}

function verdictOf(p75: number, [good, poor]: readonly [number, number]): VitalVerdict {
  if (p75 <= good) return 'good'
  return p75 <= poor ? 'needs improvement' : 'poor'
}

/** Exact where `bound` is one of the buckets'. */
function countUpTo({ boundsMs, cells }: Buckets, bound: number): number {
  let count = 0
  for (let bucket = 0; bucket < boundsMs.length && boundsMs[bucket]! <= bound; bucket++)
    count += cells[bucket]!
  return count
}
