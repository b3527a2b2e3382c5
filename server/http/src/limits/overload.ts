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

/** The share of requests that are refused goes up quickly and down slowly, so that it does not swing. */
const [up, down, most] = [0.15, 0.05, 0.95]
/** A process that was late but not busy was stopped from outside, and has nothing to shed. */
const busy = 0.8

/**
 * The share of requests to refuse from now on, of what it was and what was seen since. Between the two bounds it
 * stays as it is.
 */
export function nextShare(share: number, sample: LoopSample, { maxDelayMs }: OverloadLimits): number {
  const { delayMs, utilization } = sample
  if (delayMs > maxDelayMs && utilization > busy) {
    // Twice too late is shed twice as fast.
    return Math.min(most, share + up * Math.min(4, delayMs / maxDelayMs))
  }
  return delayMs < maxDelayMs / 2 || utilization < busy / 2 ? Math.max(0, share - down) : share
}
