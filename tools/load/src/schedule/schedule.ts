import { createRandom, type Random } from '../random/random.ts'
import type { Stage } from './stages.ts'

/** How arrivals follow each other: at even distances, or as a Poisson process. */
export type Arrivals = 'uniform' | 'poisson'

export interface ScheduleOptions {
  /** Arrivals per second. */
  rate: number
  /** In milliseconds. */
  durationMs: number
  arrivals: Arrivals
  seed: number
}

/** The due times of a constant rate; see `scheduleStages`. */
export function schedule({ rate, durationMs, arrivals, seed }: ScheduleOptions): Float64Array {
  return scheduleStages([{ durationMs, from: rate, to: rate }], { arrivals, seed })
}

/** How many arrivals these stages have: the area below the line of their levels, known beforehand. */
export function countArrivals(stages: readonly Stage[]): number {
  return countsOf(stages).reduce((sum, count) => sum + count, 0)
}

/**
 * The due times of all arrivals in milliseconds from the start, ascending, each within its stage.
 * A Poisson schedule has its count fixed: given their number, the arrivals of a Poisson process are independent and
 * uniform, and their order statistics are running sums of exponential gaps scaled to the duration (Devroye 1986, V.3).
 * So two runs offer the same load, and chance does not decide whether the target rate was reached. A level that
 * changes is met by inverting the area below its line (Çinlar 1975, 4.7).
 */
export function scheduleStages(
  stages: readonly Stage[],
  { arrivals, seed }: Pick<ScheduleOptions, 'arrivals' | 'seed'>,
): Float64Array {
  const counts = countsOf(stages)
  const dues = new Float64Array(counts.reduce((sum, count) => sum + count, 0))
  const random = createRandom(seed)
  let next = 0
  let startMs = 0
  for (const [index, stage] of stages.entries()) {
    const within = dues.subarray(next, next + counts[index]!)
    if (arrivals === 'uniform') spreadEvenly(within)
    else spreadAtRandom(within, random)
    for (const [at, share] of within.entries()) within[at] = startMs + timeOf(share, stage)
    next += within.length
    startMs += stage.durationMs
  }
  return dues
}

/** Rounded at the end of each stage, so that the whole has the right count too. */
function countsOf(stages: readonly Stage[]): number[] {
  let area = 0
  let counted = 0
  return stages.map(({ durationMs, from, to }) => {
    area += (((from + to) / 2) * durationMs) / 1000
    const before = counted
    counted = Math.round(area)
    return counted - before
  })
}

function spreadEvenly(shares: Float64Array): void {
  for (let index = 0; index < shares.length; index++) shares[index] = index / shares.length
}

function spreadAtRandom(shares: Float64Array, random: Random): void {
  let sum = 0
  for (let index = 0; index < shares.length; index++) shares[index] = sum += random.exponential()
  const whole = sum + random.exponential()
  for (let index = 0; index < shares.length; index++) shares[index] = shares[index]! / whole
}

/** When `share` (0…1) of the stage's arrivals have come: the root of a quadratic, in the form that loses no digits. */
function timeOf(share: number, { durationMs, from, to }: Stage): number {
  if (from === to || share === 0) return share * durationMs
  const reached = Math.sqrt(from * from + share * (to * to - from * from))
  return (durationMs * share * (from + to)) / (from + reached)
}
