import { createHistogram, type Histogram } from '@hotpath/core'
import type { CacheOutcome, HttpRequestMessage } from '@hotpath/http/channels'
import { precisionBits, type RequestWindow } from './request-window.ts'

/**
 * What is counted of some requests: sums since the start, which only grow, and the distribution of those that no step
 * holds yet. Whatever is shown of them, over whatever time, is made of these when a step is over or somebody looks.
 */
export interface Tally {
  /** At the places below. */
  readonly counts: Float64Array
  /** As the counts stood when the last step ended. */
  readonly taken: Float64Array
  /** The durations since then. */
  readonly times: Histogram
}

/** Places of the counts; those of the outcomes first. */
const [HIT, STALE, COLLAPSED, MISS, BYPASS, OFF, ERRORS, BYTES, STATEMENTS] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
] as const
const places = 9

export function createTally(): Tally {
  return {
    counts: new Float64Array(places),
    taken: new Float64Array(places),
    times: createHistogram({ precisionBits }),
  }
}

/** Counts a finished request. */
export function countRequest({ counts, times }: Tally, message: HttpRequestMessage): void {
  counts[placeOf(message.cache)]! += 1
  if (message.status >= 500) counts[ERRORS]! += 1
  counts[BYTES]! += message.bytes
  times.record(message.durationMs)
}

export function countStatement({ counts }: Tally): void {
  counts[STATEMENTS]! += 1
}

/** One comparison for a hit; an object with a property for each would be searched. */
function placeOf(cache: CacheOutcome): number {
  if (cache === 'hit') return HIT
  if (cache === 'miss') return MISS
  if (cache === 'bypass') return BYPASS
  if (cache === 'stale') return STALE
  return cache === 'collapsed' ? COLLAPSED : OFF
}

/** What was counted since the last step ended; null where nothing was. Good until something more is counted. */
export function stepOf({ counts, taken, times }: Tally): RequestWindow | null {
  const step = read((place) => counts[place]! - taken[place]!)
  return step.requests === 0 && step.statements === 0 ? null : { ...step, times }
}

/** What was counted is kept elsewhere. */
export function endStep({ counts, taken, times }: Tally): void {
  taken.set(counts)
  times.reset()
}

/** Everything since the start. */
export function sinceStart({ counts }: Tally): Sums {
  return read((place) => counts[place]!)
}

type Sums = Omit<RequestWindow, 'times'>

function read(at: (place: number) => number): Sums {
  const [hit, stale, collapsed, miss] = [at(HIT), at(STALE), at(COLLAPSED), at(MISS)]
  const [bypass, off] = [at(BYPASS), at(OFF)]
  const hits = hit + stale + collapsed
  return {
    requests: hits + miss + bypass + off,
    errors: at(ERRORS),
    hits,
    lookups: hits + miss,
    outcomes: { hit, stale, collapsed, miss, bypass, off },
    bytes: at(BYTES),
    statements: at(STATEMENTS),
  }
}
