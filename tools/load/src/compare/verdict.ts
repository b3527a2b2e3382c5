import { type Interval, median, normalUpperQuantile } from '@hotpath/core'
import type { Metric, Sample } from './metrics.ts'

/**
 * REGRESSED, IMPROVED: the difference is no chance, and its estimate is at least the margin. EQUIVALENT: the interval
 * lies within the margin. INCONCLUSIVE: neither can be said yet.
 */
export type Verdict = 'REGRESSED' | 'IMPROVED' | 'EQUIVALENT' | 'INCONCLUSIVE'

/** One metric of B held against A. */
export interface MetricVerdict {
  name: string
  title: string
  /** B ÷ A, with the bounds of its interval; null where there are too few runs for bounds. */
  ratio: number
  low: number | null
  high: number | null
  verdict: Verdict
  /** How many pairs would probably decide; left out where the verdict is there, or where no number would. */
  pairsNeeded?: number
  gating: boolean
  /** Medians of both sides. */
  a: number
  b: number
}

/** What the statistics say of one metric: in logarithms of B ÷ A, above 0 where B is worse. */
export interface Evidence {
  metric: Metric
  interval: Interval
  /** Whether the difference is no chance at the level of this look, other metrics considered. */
  significant: boolean
  /** Standard deviation of one pair. */
  spread: number
  /** Pairs so far, or runs of the smaller side. */
  count: number
  /** Chance of a false alarm that this metric has to itself. @default 0.05 */
  alpha?: number
  a: readonly Sample[]
  b: readonly Sample[]
}

/** Decides one metric. `margin` is the share from which on a difference matters. */
export function judgeMetric(evidence: Evidence, margin: number): MetricVerdict {
  const { metric, interval, a, b } = evidence
  const verdict = verdictOf(evidence, Math.log1p(margin))
  const needed = verdict === 'INCONCLUSIVE' ? pairsNeeded(evidence, Math.log1p(margin)) : undefined
  const bound = (log: number) => (Number.isFinite(log) ? Math.exp(log) : null)
  const { estimate, low, high } = metric.better === 'lower' ? interval : mirrored(interval)
  const middle = (samples: readonly Sample[]) => median(samples.map((sample) => sample[metric.name]!))
  return {
    name: metric.name,
    title: metric.title,
    ratio: Math.exp(estimate),
    low: bound(low),
    high: bound(high),
    verdict,
    ...(needed !== undefined && { pairsNeeded: needed }),
    gating: metric.gating,
    a: middle(a),
    b: middle(b),
  }
}

function verdictOf({ interval, significant }: Evidence, margin: number): Verdict {
  const { estimate, low, high } = interval
  if (significant && estimate >= margin) return 'REGRESSED'
  if (significant && estimate <= -margin) return 'IMPROVED'
  return low > -margin && high < margin ? 'EQUIVALENT' : 'INCONCLUSIVE'
}

const mirrored = ({ estimate, low, high }: Interval) => ({ estimate: -estimate, low: -high, high: -low })

/** The share of cases in which the pairs named should decide. */
const power = 0.8
/** Variance that ranks need more than means, for normal differences (Pitman). */
const efficiency = Math.PI / 3
const mostPairs = 10_000

/**
 * Pairs until the interval would be narrow enough, if the estimate and the spread are right: narrower than the
 * estimate where that is beyond the margin, else than its distance to the margin.
 */
function pairsNeeded(
  { interval, spread, count, alpha = 0.05 }: Evidence,
  margin: number,
): number | undefined {
  const size = Math.abs(interval.estimate)
  const width = size >= margin ? size : margin - size
  const deviations = normalUpperQuantile(alpha / 2) + normalUpperQuantile(1 - power)
  const needed = Math.ceil(efficiency * ((deviations * spread) / width) ** 2)
  return needed <= mostPairs ? Math.max(needed, leastPairs, count + 1) : undefined
}

/** Fewer pairs than these bound nothing at 95 %. */
export const leastPairs = 6

/** What all metrics together say: the gating ones decide, the worst of them first. */
export function overall(metrics: readonly MetricVerdict[]): Verdict {
  const gating = metrics.filter((metric) => metric.gating)
  const order: Verdict[] = ['REGRESSED', 'INCONCLUSIVE', 'IMPROVED']
  if (gating.length === 0) return 'INCONCLUSIVE'
  return order.find((verdict) => gating.some((metric) => metric.verdict === verdict)) ?? 'EQUIVALENT'
}
