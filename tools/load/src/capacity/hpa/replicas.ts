import type { HpaMetric, HpaSpec } from './spec.ts'

/** A pod as the autoscaler sees it. */
export interface PodView {
  /**
   * `ready`: its figures count. `unready`: not up yet, or its figures are from before it was. `missing`: it runs, and
   * nothing is known of it.
   */
  state: 'ready' | 'unready' | 'missing'
  /** Use of the CPU, in cores, or requests per second; ignored unless ready. */
  use: number
}

export interface MetricView {
  metric: HpaMetric
  pods: readonly PodView[]
}

type Tolerances = { up: number; down: number }

/** Within this ratio nothing changes: the bounds themselves count as within. */
const isWithin = (ratio: number, { up, down }: Tolerances) => ratio >= 1 - down && ratio <= 1 + up

/**
 * How many replicas one metric asks for, by the rules of the horizontal pod autoscaler: the ratio of use to target times
 * the ready pods, rounded up; pods without figures count against the change (as busy when there would be fewer pods, as
 * idle when there would be more), and what they turn round is not done at all.
 */
export function replicasFor(
  { metric, pods }: MetricView,
  current: number,
  { tolerances, requestCores }: { tolerances: Tolerances; requestCores: number },
): number {
  const target =
    metric.kind === 'cpu' ? (requestCores * metric.targetUtilisation) / 100 : metric.targetAverage
  const ready = pods.filter(({ state }) => state === 'ready')
  const unready = pods.filter(({ state }) => state === 'unready').length
  const missing = pods.filter(({ state }) => state === 'missing').length
  if (ready.length === 0) return current
  const use = ready.reduce((sum, pod) => sum + pod.use, 0)
  const ratio = use / (ready.length * target)
  const countsUnready = unready > 0 && ratio > 1
  if (!countsUnready && missing === 0) {
    return isWithin(ratio, tolerances) ? current : Math.ceil(rounded(ratio * ready.length))
  }
  // Fewer pods: those without figures are taken to be at what they request, or at the target of another metric.
  const busy = metric.kind === 'cpu' ? Math.max(requestCores, target) : target
  const assumed = ratio < 1 ? missing * busy : 0
  const counted = ready.length + missing + (countsUnready ? unready : 0)
  const careful = (use + assumed) / (counted * target)
  const isReversed = (ratio < 1 && careful > 1) || (ratio > 1 && careful < 1)
  if (isWithin(careful, tolerances) || isReversed) return current
  const wanted = Math.ceil(rounded(careful * counted))
  const isOpposed = (careful < 1 && wanted > current) || (careful > 1 && wanted < current)
  return isOpposed ? current : wanted
}

/** 3 × 1.1 is 3.3000000000000003 in binary: a hair above a whole number is that number. */
const rounded = (value: number) => Number(value.toPrecision(12))

/** Several metrics: the one that asks for most decides. */
export function replicasForAll(
  views: readonly MetricView[],
  current: number,
  { spec, requestCores }: { spec: HpaSpec; requestCores: number },
): number {
  const tolerances = { up: spec.scaleUp.tolerance, down: spec.scaleDown.tolerance }
  return Math.max(...views.map((view) => replicasFor(view, current, { tolerances, requestCores })))
}
