import { createRandom } from './random.ts'

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

/** How many arrivals a schedule of this rate and duration has: known beforehand, for both kinds. */
export function countArrivals({ rate, durationMs }: Pick<ScheduleOptions, 'rate' | 'durationMs'>): number {
  return Math.round((rate * durationMs) / 1000)
}

/**
 * The due times of all arrivals in milliseconds from the start, ascending, within the duration.
 * A Poisson schedule has its count fixed: given their number, the arrivals of a Poisson process are independent and
 * uniform, and their order statistics are running sums of exponential gaps scaled to the duration (Devroye 1986, V.3).
 * So two runs offer the same load, and chance does not decide whether the target rate was reached.
 */
export function schedule({ rate, durationMs, arrivals, seed }: ScheduleOptions): Float64Array {
  const count = countArrivals({ rate, durationMs })
  const dues = new Float64Array(count)
  if (arrivals === 'uniform') {
    for (let index = 0; index < count; index++) dues[index] = (index * durationMs) / count
    return dues
  }
  const random = createRandom(seed)
  let sum = 0
  for (let index = 0; index < count; index++) dues[index] = sum += random.exponential()
  const scale = durationMs / (sum + random.exponential())
  for (let index = 0; index < count; index++) dues[index] = dues[index]! * scale
  return dues
}
