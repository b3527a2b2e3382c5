import type { TimelinePoint } from '@hotpath/core'
import { quantileRanks, type StepFigures } from './step-figures.ts'

/** The same steps of several processes as one list, oldest first. */
export function mergeSteps(processes: readonly (readonly StepFigures[])[]): TimelinePoint[] {
  const byStep = Map.groupBy(processes.flat(), ({ at, ms }) => `${at} ${ms}`)
  return [...byStep.values()].map(pointOf).sort((a, b) => a.at - b.at)
}

function pointOf(steps: readonly StepFigures[]): TimelinePoint {
  const sum = (pick: (step: StepFigures) => number) => steps.reduce((total, step) => total + pick(step), 0)
  const { at, ms } = steps[0]!
  const lookups = sum((step) => step.lookups)
  return {
    at,
    ms,
    requests: sum((step) => step.requests),
    errors: sum((step) => step.errors),
    p50Ms: quantileOf(steps, 0.5),
    p95Ms: quantileOf(steps, 0.95),
    p99Ms: quantileOf(steps, 0.99),
    hit: lookups === 0 ? null : sum((step) => step.hits) / lookups,
    statements: sum((step) => step.statements),
    bytes: sum((step) => step.bytes),
  }
}

/**
 * A quantile of what several processes saw. Between the quantiles that are kept of each, its requests are taken to be
 * spread evenly; of one process a quantile that is kept comes out as it is.
 */
function quantileOf(steps: readonly StepFigures[], rank: number): number | null {
  const seen = steps.filter(({ quantiles }) => quantiles.length > 0)
  if (seen.length === 0) return null
  if (seen.length === 1) return seen[0]!.quantiles[quantileRanks.indexOf(rank as 0.5)]!
  const all = seen.reduce((sum, { requests }) => sum + requests, 0)
  let low = Math.min(...seen.map(({ quantiles }) => quantiles[0]!))
  let high = Math.max(...seen.map(({ quantiles }) => quantiles.at(-1)!))
  // Halved until what is left is far below what a histogram tells apart.
  for (let halvings = 0; halvings < 40; halvings++) {
    const middle = (low + high) / 2
    const below = seen.reduce((sum, step) => sum + step.requests * shareUpTo(step.quantiles, middle), 0)
    if (below >= rank * all) high = middle
    else low = middle
  }
  return high
}

/** The share of requests that took at most so long. */
function shareUpTo(quantiles: readonly number[], ms: number): number {
  const above = quantiles.findIndex((value) => value > ms)
  if (above === -1) return 1
  if (above === 0) return 0
  const [from, to] = [quantiles[above - 1]!, quantiles[above]!]
  const [low, high] = [quantileRanks[above - 1]!, quantileRanks[above]!]
  return low + ((ms - from) / (to - from)) * (high - low)
}
