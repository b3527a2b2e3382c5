import { median, partition, stretchesOf } from '@hotpath/core'
import { noiseAround } from './noise.ts'
import { tameOutliers } from './outliers.ts'
import { dependence, type Levels, type Span, stepBetween } from './step.ts'

export interface ChangePointOptions {
  /** Smaller changes are not reported: a share, 0.01 is one per cent. @default 0.01 */
  least?: number
}

/** Where a series goes to another level. */
export interface LevelChange {
  /** Of the first point of the new level, from 0. */
  index: number
  /** Levels of the stretches on both sides, in the units of the series. */
  before: number
  after: number
  /** after ÷ before; null where that has no meaning (a level of 0, or different signs). */
  ratio: number | null
  /** Two-sided, of Welch's t-test between both stretches. */
  p: number
}

/** Decided by simulation (benchmarks, suite compare): a false alarm in some ten thousand points of noise. */
const limits = {
  /** Fewest points of a level. */
  stretch: 4,
  /** Times ln(n), in squared standard deviations: what a cut must explain to be looked at. */
  penalty: 2.5,
  /** A cut stays below this p-value. */
  p: 3e-4,
} as const

/**
 * Where the level of a series changes for good: the exact best partition of the series with outliers tamed, from which
 * cuts are taken back, the weakest first, until each one left is significant (Welch's t, corrected for neighbours that
 * depend on each other), large enough, and better explained by a step than by a slope.
 */
export function changePoints(values: readonly number[], options: ChangePointOptions = {}): LevelChange[] {
  const { least = 0.01 } = options
  if (values.length < 2 * limits.stretch) return []
  const scaled = values.map(scaleOf(values))
  const noise = noiseAround(scaled, least / 10)
  const tamed = tameOutliers(scaled, noise)
  const points = tamed.map((value, index) => ({ value, weight: 1 / noise[index]! ** 2 }))
  const first = partition(points, {
    penalty: limits.penalty * Math.log(values.length),
    least: limits.stretch,
  })
  const independent: Levels = { points, dependence: 1, least }
  const likely = relocate(weed(first, independent), independent)
  const levels: Levels = { ...independent, dependence: dependence(points, [0, ...likely, values.length]) }
  const kept = relocate(weed(likely, levels), levels)
  return kept.map((index, place) => {
    const span = spanOf(kept, place, values.length)
    const before = median(values.slice(span.from, index))
    const after = median(values.slice(index, span.to))
    return {
      index,
      before,
      after,
      ratio: before * after > 0 ? after / before : null,
      p: stepBetween(levels, span).p,
    }
  })
}

/** To where changes are shares: logarithms, or, where there are zeros or signs, multiples of the usual size. */
function scaleOf(values: readonly number[]): (value: number) => number {
  if (values.every((value) => value > 0)) return Math.log
  const sizes = values.map(Math.abs)
  const usual = median(sizes) || sizes.reduce((sum, size) => sum + size, 0) / sizes.length || 1
  return (value) => value / usual
}

function spanOf(cuts: readonly number[], place: number, length: number): Span {
  return { from: cuts[place - 1] ?? 0, at: cuts[place]!, to: cuts[place + 1] ?? length }
}

/** Takes back the least significant cut until all that are left are steps. */
function weed(cuts: readonly number[], levels: Levels): number[] {
  const kept = [...cuts]
  const found = kept.map((_, place) => stepBetween(levels, spanOf(kept, place, levels.points.length)))
  for (;;) {
    const weakest = found.reduce(
      (worst, step, place) => (step.p > (found[worst]?.p ?? -1) ? place : worst),
      -1,
    )
    if (weakest < 0 || found[weakest]!.p <= limits.p) return kept
    kept.splice(weakest, 1)
    found.splice(weakest, 1)
    for (const place of [weakest - 1, weakest]) {
      if (place < 0 || place >= kept.length) continue
      found[place] = stepBetween(levels, spanOf(kept, place, levels.points.length))
    }
  }
}

/** Moves each cut to the best place between its neighbours: those that were taken back had drawn it aside. */
function relocate(cuts: readonly number[], { points }: Levels): number[] {
  const { error } = stretchesOf(points)
  const moved = [...cuts]
  for (const place of moved.keys()) {
    const { from, to } = spanOf(moved, place, points.length)
    let best = Infinity
    for (let at = from + limits.stretch; at <= to - limits.stretch; at++) {
      const cost = error(from, at) + error(at, to)
      if (cost >= best) continue
      best = cost
      moved[place] = at
    }
  }
  return moved
}
