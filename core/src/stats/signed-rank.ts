import type { Interval } from './interval.ts'
import { median } from './median.ts'

/**
 * How many of the 2^n ways to give signs to the ranks 1…n have each sum of positive ranks: the null distribution of
 * Wilcoxon's signed-rank statistic (Wilcoxon, "Individual Comparisons by Ranking Methods", 1945).
 */
function signedRankCounts(n: number): number[] {
  let counts = [1]
  for (let rank = 1; rank <= n; rank++) {
    const next = Array.from({ length: counts.length + rank }, () => 0)
    for (const [sum, ways] of counts.entries()) {
      next[sum]! += ways
      next[sum + rank]! += ways
    }
    counts = next
  }
  return counts
}

/**
 * The greatest rank sum whose two-sided probability is at most `alpha`; -1 where even the most extreme one is likelier
 * (n below 6 at 5 %). The tables of Hollander and Wolfe, "Nonparametric Statistical Methods", A.4.
 */
export function signedRankCritical(n: number, alpha: number): number {
  const counts = signedRankCounts(n)
  const all = 2 ** n
  let cumulative = 0
  for (const [sum, ways] of counts.entries()) {
    cumulative += ways
    if ((2 * cumulative) / all > alpha) return sum - 1
  }
  return counts.length - 1
}

/** The means of every pair of `values`, each value with itself included, ascending (Walsh, 1949). */
function walshAverages(values: readonly number[]): number[] {
  const averages: number[] = []
  for (const [index, a] of values.entries()) for (const b of values.slice(index)) averages.push((a + b) / 2)
  return averages.sort((a, b) => a - b)
}

/**
 * The centre of differences that are symmetric around it: the median of their Walsh averages (Hodges and Lehmann,
 * "Estimates of Location Based on Rank Tests", 1963).
 * @throws RangeError on an empty list
 */
export function hodgesLehmann(differences: readonly number[]): number {
  return median(walshAverages(differences))
}

/**
 * The Hodges–Lehmann estimate with the exact interval that inverts Wilcoxon's signed-rank test (Tukey; Hollander and
 * Wolfe §3.3). One wild pair among many moves neither far. With too few pairs for the confidence (fewer than six at
 * 95 %) the bounds are infinite: nothing is known.
 * @throws RangeError on an empty list, or more than 500 pairs
 */
export function signedRankInterval(differences: readonly number[], confidence = 0.95): Interval {
  const n = differences.length
  checkSize(n)
  const averages = walshAverages(differences)
  const estimate = median(averages)
  const critical = signedRankCritical(n, 1 - confidence)
  if (critical < 0) return { estimate, low: -Infinity, high: Infinity, confidence: 1 }
  const outside = signedRankCounts(n)
    .slice(0, critical + 1)
    .reduce((sum, ways) => sum + ways, 0)
  return {
    estimate,
    low: averages[critical]!,
    high: averages[averages.length - 1 - critical]!,
    confidence: 1 - (2 * outside) / 2 ** n,
  }
}

/**
 * The exact two-sided p-value of Wilcoxon's signed-rank test that differences are symmetric around 0. Differences of 0
 * count half to either side, so ties make it larger, never smaller.
 * @throws RangeError on an empty list, or more than 500 pairs
 */
export function signedRankP(differences: readonly number[]): number {
  const n = differences.length
  if (n === 0) throw new RangeError('There is no test of nothing.')
  checkSize(n)
  const averages = walshAverages(differences)
  const sides = averages.map((average) => (average > 0 ? 1 : average === 0 ? 0.5 : 0))
  const above = sides.reduce<number>((sum, side) => sum + side, 0)
  const smaller = Math.ceil(Math.min(above, averages.length - above))
  const ways = signedRankCounts(n)
    .slice(0, smaller + 1)
    .reduce((sum, count) => sum + count, 0)
  return Math.min(1, (2 * ways) / 2 ** n)
}

function checkSize(n: number): void {
  if (n > 500) throw new RangeError(`${n} pairs are more than the exact interval is made for (500).`)
}

/** Two measurements of the same thing made close to each other in time; both above 0. */
export interface Pair {
  before: number
  after: number
}

/**
 * The ratio after/before of paired measurements, by the signed-rank interval of their logarithms: a machine that is
 * slow for a while slows both sides of a pair, and the ratio stays.
 * @throws RangeError on an empty list, or a value that is not above 0
 */
export function pairedRatio(pairs: readonly Pair[], confidence = 0.95): Interval {
  const logs = pairs.map(({ before, after }) => {
    if (!(before > 0 && after > 0)) throw new RangeError(`A ratio needs values above 0: ${before}, ${after}.`)
    return Math.log(after / before)
  })
  const interval = signedRankInterval(logs, confidence)
  return {
    estimate: Math.exp(interval.estimate),
    low: Math.exp(interval.low),
    high: Math.exp(interval.high),
    confidence: interval.confidence,
  }
}
