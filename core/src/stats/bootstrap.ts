import type { Interval } from './interval.ts'
import { quantile } from './quantile.ts'

export interface BootstrapOptions {
  /** Uniform in 0…1; seed it, and the interval can be had again. */
  random: () => number
  /** @default 0.95 */
  confidence?: number
  /** How many samples are drawn with replacement. @default 2_000 */
  resamples?: number
}

const defaults = { confidence: 0.95, resamples: 2_000 } as const

/**
 * The percentile interval of any statistic of one sample (Efron, "Bootstrap Methods: Another Look at the Jackknife",
 * 1979). It is too narrow for samples of fewer than about ten.
 * @throws RangeError on an empty list
 */
export function bootstrapInterval(
  values: readonly number[],
  statistic: (sample: readonly number[]) => number,
  options: BootstrapOptions,
): Interval {
  if (values.length === 0) throw new RangeError('There is no interval of nothing.')
  const { random, confidence, resamples } = { ...defaults, ...options }
  const draws = Array.from({ length: resamples }, () =>
    statistic(values.map(() => values[Math.floor(random() * values.length)]!)),
  )
  const tail = (1 - confidence) / 2
  return {
    estimate: statistic(values),
    low: quantile(draws, tail),
    high: quantile(draws, 1 - tail),
    confidence,
  }
}
