import { holm, signedRankInterval, signedRankP } from '@hotpath/core'
import { comparedMetrics, type Metric, type Sample, worsening } from './metrics.ts'
import { judgeMetric, type MetricVerdict } from './verdict.ts'

/** One run of either side, close to each other in time. */
export interface SamplePair {
  a: Sample
  b: Sample
}

export interface JudgeOptions {
  /** The share from which on a difference matters. */
  margin: number
  /** Two-sided p-value that counts at this look. */
  level: number
}

interface Measured {
  metric: Metric
  /** One per pair. */
  differences: number[]
}

/**
 * Judges every metric that all pairs have: the centre of its log ratios with the exact signed-rank interval; the
 * p-values of the gating metrics corrected by Holm for being several, those of the others likewise.
 */
export function judgePairs(pairs: readonly SamplePair[], { margin, level }: JudgeOptions): MetricVerdict[] {
  const measured = comparedMetrics.flatMap((metric): Measured[] => {
    const differences = pairs.flatMap(({ a, b }) => worsening(metric, a, b) ?? [])
    return differences.length > 0 && differences.length === pairs.length ? [{ metric, differences }] : []
  })
  const significant = new Set<Metric>()
  for (const gating of [true, false]) {
    const family = measured.filter(({ metric }) => metric.gating === gating)
    for (const [index, p] of holm(family.map(({ differences }) => signedRankP(differences))).entries()) {
      if (p <= level) significant.add(family[index]!.metric)
    }
  }
  return measured.map(({ metric, differences }) =>
    judgeMetric(
      {
        metric,
        interval: signedRankInterval(differences, 1 - level),
        significant: significant.has(metric),
        spread: deviation(differences),
        count: differences.length,
        a: pairs.map(({ a }) => a),
        b: pairs.map(({ b }) => b),
      },
      margin,
    ),
  )
}

/** Sample standard deviation; 0 of a single value. */
export function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return Math.sqrt(squares / Math.max(1, values.length - 1))
}
