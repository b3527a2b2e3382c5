import { type Interval, rankSumInterval } from '@hotpath/core'
import { say } from '../say.ts'
import type { RouteFigures } from './records.ts'

/** How a route fares since a deploy, against the version before. Ratios: 1.2 is slower by a fifth. */
export interface Comparison {
  statistic: 'p50' | 'p95'
  ratio: number
  low: number
  high: number
  beforeMs: number
  afterMs: number
  windows: { before: number; after: number }
  requests: { before: number; after: number }
}

/** A route that is slower by less than this is as good as before. */
export const margin = 1.1
/** Fewer windows of either version say nothing. */
export const leastWindows = 8
/** So many of the latest are compared: what was long ago is of another hour of the day. */
const mostWindows = 30

/**
 * High, because it is looked at again at every window: with the margin on top, a deploy that changes nothing is called
 * slower less than once in many thousands of looks.
 */
const confidence = 0.999

/**
 * Compares the windows of a version with those of the version before: windows, never requests, are the sampling unit,
 * because requests of one minute share what ails it. Of p50 and p95 the one that grew more; null with too few windows.
 */
export function compareVersions(
  before: readonly RouteFigures[],
  after: readonly RouteFigures[],
): Comparison | null {
  const [old, recent] = [before.slice(-mostWindows), after.slice(-mostWindows)]
  if (Math.min(old.length, recent.length) < leastWindows) return null
  const statistics = [
    ['p50', (figures: RouteFigures) => figures.p50Ms],
    ['p95', (figures: RouteFigures) => figures.p95Ms],
  ] as const
  const found = statistics.map(([statistic, of]): Comparison => {
    const interval = ratioOf(old.map(of), recent.map(of))
    return {
      statistic,
      ratio: Math.exp(interval.estimate),
      low: Math.exp(interval.low),
      high: Math.exp(interval.high),
      beforeMs: middle(old.map(of)),
      afterMs: middle(recent.map(of)),
      windows: { before: old.length, after: recent.length },
      requests: { before: requestsOf(old), after: requestsOf(recent) },
    }
  })
  return found.toSorted((a, b) => b.low - a.low)[0]!
}

/** Differences of logarithms are ratios. A microsecond at least: the logarithm of 0 is no figure. */
function ratioOf(before: readonly number[], after: readonly number[]): Interval {
  const logs = (values: readonly number[]) => values.map((ms) => Math.log(Math.max(0.001, ms)))
  return rankSumInterval(logs(before), logs(after), confidence)
}

const requestsOf = (windows: readonly RouteFigures[]) =>
  windows.reduce((sum, { requests }) => sum + requests, 0)

const middle = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!

/** Whether a comparison begins, keeps or ends an alert. */
export function standingOf({ low, ratio }: Comparison): 'over' | 'between' | 'under' {
  if (low > margin) return 'over'
  return ratio > margin ? 'between' : 'under'
}

/** What is wrong, without the route: `p95 is 180 ms since 1.5.0, 1.5 times what it was with 1.4.2`. */
export function sayRegression(
  { statistic, afterMs, ratio }: Comparison,
  { version, previous }: { version: string; previous: string },
): string {
  return `${statistic} is ${say(afterMs, 'ms')} since ${version}, ${ratio.toPrecision(3)} times what it was with ${previous}`
}

export function regressionEvidence(
  { statistic, ratio, low, high, beforeMs, afterMs, windows, requests }: Comparison,
  { version, previous }: { version: string; previous: string },
): string[] {
  return [
    `${statistic} of a minute: ${say(beforeMs, 'ms')} with ${previous}, ${say(afterMs, 'ms')} with ${version}`,
    `${ratio.toPrecision(3)} times, between ${low.toPrecision(3)} and ${high.toPrecision(3)} with 99.9 % confidence`,
    `${windows.before} and ${windows.after} minutes, ${requests.before.toLocaleString('en-US')} and ${requests.after.toLocaleString('en-US')} requests`,
  ]
}
