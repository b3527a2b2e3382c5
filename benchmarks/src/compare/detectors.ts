import { studentP } from '@hotpath/core'
import { changePoints } from '@hotpath/load/history'

/** Finds the first points of new levels. */
export type Detector = (values: readonly number[]) => number[]

/** Ours, and what is commonly done. */
export const detectors: Readonly<
  Record<'Hotpath' | 'E-divisive with t-test' | 'windowed t-test' | 'CUSUM', Detector>
> = {
  Hotpath: (values) => changePoints(values).map(({ index }) => index),
  'E-divisive with t-test': (values) => eDivisive(values, 0).sort((a, b) => a - b),
  'windowed t-test': windowed,
  CUSUM: cusum,
}

function welch(a: readonly number[], b: readonly number[]): number {
  const of = (values: readonly number[]) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    return { mean, error: squares / (values.length - 1) / values.length, freedom: values.length - 1 }
  }
  const [x, y] = [of(a), of(b)]
  const error = x.error + y.error
  const freedom = error ** 2 / (x.error ** 2 / x.freedom + y.error ** 2 / y.freedom)
  return studentP((y.mean - x.mean) / Math.sqrt(error), freedom)
}

const least = 3
/** The threshold that Hunter's users start with. */
const eDivisiveP = 0.001

/**
 * The split with the largest energy between both sides, kept where a t-test between them is significant, and so on in
 * both halves (Matteson and James, "A Nonparametric Approach for Multiple Change Point Analysis of Multivariate Data",
 * 2014; the t-test in place of permutations as in Fleming et al., "Hunter", 2023).
 */
function eDivisive(values: readonly number[], offset: number): number[] {
  const n = values.length
  if (n < 2 * least) return []
  const distance = (i: number, j: number) => Math.abs(values[i]! - values[j]!)
  let left = 0
  let between = 0
  let right = 0
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) right += distance(i, j)
  let best = { energy: -1, at: 0 }
  for (let at = 1; at < n; at++) {
    let before = 0
    let after = 0
    for (let j = 0; j < at - 1; j++) before += distance(at - 1, j)
    for (let j = at; j < n; j++) after += distance(at - 1, j)
    left += before
    right -= after
    between += after - before
    const [m, k] = [at, n - at]
    if (m < least || k < least) continue
    const energy =
      ((m * k) / (m + k)) *
      ((2 * between) / (m * k) - (2 * left) / (m * (m - 1)) - (2 * right) / (k * (k - 1)))
    if (energy > best.energy) best = { energy, at }
  }
  const [a, b] = [values.slice(0, best.at), values.slice(best.at)]
  if (best.at === 0 || !(welch(a, b) < eDivisiveP)) return []
  return [offset + best.at, ...eDivisive(a, offset), ...eDivisive(b, offset + best.at)]
}

const reach = 10
const windowP = 1e-4

/** Welch's t between the ten points before and after, at its local extremes. */
function windowed(values: readonly number[]): number[] {
  const p = values.map((_, at) =>
    at < reach || at > values.length - reach
      ? 1
      : welch(values.slice(at - reach, at), values.slice(at, at + reach)),
  )
  return p.flatMap((here, at) => {
    const around = p.slice(Math.max(0, at - reach), at + reach)
    return here < windowP && here === Math.min(...around) ? [at] : []
  })
}

/** Standard deviations that are slack, and that are an alarm; the usual choice for small shifts. */
const slack = 0.5
const alarm = 5

/** Page's cumulative sums (1954) against mean and deviation of the first ten points of each level. */
function cusum(values: readonly number[]): number[] {
  const found: number[] = []
  for (let start = 0; start + reach < values.length;) {
    const first = values.slice(start, start + reach)
    const mean = first.reduce((sum, value) => sum + value, 0) / reach
    const deviation = Math.sqrt(first.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (reach - 1))
    let next = values.length
    const sums = { up: 0, down: 0, upFrom: start + reach, downFrom: start + reach }
    for (let at = start + reach; at < values.length; at++) {
      const z = (values[at]! - mean) / deviation
      sums.up = Math.max(0, sums.up + z - slack)
      sums.down = Math.max(0, sums.down - z - slack)
      if (sums.up === 0) sums.upFrom = at + 1
      if (sums.down === 0) sums.downFrom = at + 1
      if (Math.max(sums.up, sums.down) < alarm) continue
      next = sums.up > sums.down ? sums.upFrom : sums.downFrom
      found.push(next)
      break
    }
    start = next
  }
  return found
}
