/** What was seen of the event loop in one interval. */
export interface LoopSample {
  /** By how much timers were late at the 90th percentile, in milliseconds. */
  readonly delayMs: number
  /** The share of the interval in which it was busy, 0 to 1. */
  readonly utilization: number
}

export interface OverloadLimits {
  /** A delay above this is too much; below half of it, all is well again. */
  readonly maxDelayMs: number
}

/** What is refused. */
export interface Shedding {
  /** Of the requests, 0 to 1. */
  readonly share: number
  /** Samples in a row that were too late. */
  readonly late: number
}

export const nothingShed: Shedding = { share: 0, late: 0 }

/** The share of requests that are refused goes up quickly and down slowly, so that it does not swing. */
const [up, down, most] = [0.15, 0.05, 0.95]
/** A process that was late but not busy was stopped from outside, and has nothing to shed. */
const busy = 0.8
/**
 * A pause (code that is compiled as a process starts, a large collection) is over before anybody could be spared by it,
 * and shows in one sample or two. Only what lasts is a queue that grows, as CoDel has it (RFC 8289 §3).
 */
const lasting = 3

/** What to refuse from now on, by what was refused and what was seen since. Between the two bounds it stays as it is. */
export function nextShedding(
  { share, late }: Shedding,
  sample: LoopSample,
  { maxDelayMs }: OverloadLimits,
): Shedding {
  const { delayMs, utilization } = sample
  if (delayMs > maxDelayMs && utilization > busy) {
    if (share === 0 && late + 1 < lasting) return { share, late: late + 1 }
    // Twice too late is shed twice as fast.
    return { share: Math.min(most, share + up * Math.min(4, delayMs / maxDelayMs)), late: late + 1 }
  }
  const isWell = delayMs < maxDelayMs / 2 || utilization < busy / 2
  return { share: isWell ? Math.max(0, share - down) : share, late: 0 }
}
