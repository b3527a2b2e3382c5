import type { Interval } from './interval.ts'
import { median } from './median.ts'

/**
 * How many of the choices of `m` among m + n places have each value of U: the null distribution of Mann and Whitney
 * ("On a Test of Whether One of Two Random Variables is Stochastically Larger than the Other", 1947), by the
 * recursion of their §4: the last place belongs to the one group or to the other.
 */
function rankSumCounts(m: number, n: number): number[] {
  let column = Array.from({ length: n + 1 }, () => [1])
  for (let size = 1; size <= m; size++) {
    const next: number[][] = [[1]]
    for (let other = 1; other <= n; other++) {
      const counts = Array.from({ length: size * other + 1 }, () => 0)
      for (const [u, ways] of column[other]!.entries()) counts[u + other]! += ways
      for (const [u, ways] of next[other - 1]!.entries()) counts[u]! += ways
      next.push(counts)
    }
    column = next
  }
  return column[n]!
}

/**
 * How much higher the values of `b` lie than those of `a`: the median of all differences between the two (Hodges and
 * Lehmann, 1963) with the exact interval that inverts the test of Mann and Whitney. For measurements that were not
 * taken in pairs. With too few for the confidence the bounds are infinite.
 * @throws RangeError on an empty list, or more than 60 values in one
 */
export function rankSumInterval(a: readonly number[], b: readonly number[], confidence = 0.95): Interval {
  if (a.length === 0 || b.length === 0) throw new RangeError('There is no difference to nothing.')
  if (Math.max(a.length, b.length) > 60)
    throw new RangeError('The exact interval is made for at most 60 values.')
  const differences = a.flatMap((before) => b.map((after) => after - before)).sort((x, y) => x - y)
  const estimate = median(differences)
  const { critical, attained } = criticalOf(a.length, b.length, confidence)
  if (critical < 0) return { estimate, low: -Infinity, high: Infinity, confidence: 1 }
  return {
    estimate,
    low: differences[critical]!,
    high: differences[differences.length - 1 - critical]!,
    confidence: attained,
  }
}

interface Critical {
  /** How many differences lie outside, less one; -1 where even the outermost bound is too narrow. */
  critical: number
  /** The confidence that the bounds have in fact. */
  attained: number
}

/** The distribution depends on the sizes alone, and takes milliseconds: who compares many routes asks for the same. */
const known = new Map<string, Critical>()
const mostKnown = 4_000

function criticalOf(m: number, n: number, confidence: number): Critical {
  const key = `${m} ${n} ${confidence}`
  const before = known.get(key)
  if (before) return before
  const counts = rankSumCounts(m, n)
  const all = counts.reduce((sum, ways) => sum + ways, 0)
  let critical = -1
  let outside = 0
  for (const ways of counts) {
    if ((2 * (outside + ways)) / all > 1 - confidence) break
    outside += ways
    critical += 1
  }
  const found = { critical, attained: 1 - (2 * outside) / all }
  if (known.size < mostKnown) known.set(key, found)
  return found
}
