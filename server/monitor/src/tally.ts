import { createHistogram, type Histogram } from '@hotpath/core'
import type { CacheOutcome, HttpRequestMessage } from '@hotpath/http/channels'
import { type Buckets, createBuckets, observe } from './buckets.ts'
import { type PlainWindow, precisionBits } from './request-window.ts'

/**
 * What is counted of the requests of one route: sums since the start, which only grow, and the distribution of those
 * that no step holds yet. Whatever is shown of requests, over whatever time, is made of these when somebody looks or a
 * step is over, so that a request is counted once.
 */
export interface Tally {
  /** At the places below. */
  readonly counts: Float64Array
  /** All durations since the start. */
  readonly durations: Buckets
  /** As the counts stood when a step was taken last. */
  readonly taken: Float64Array
  /** The durations since then. */
  readonly times: Histogram
}

/** Places of the counts; those of the outcomes first. */
const [HIT, STALE, COLLAPSED, MISS, BYPASS, OFF, ERRORS, BYTES, STATEMENTS] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8,
] as const
const places = 9

export function createTally(boundsMs: Float64Array): Tally {
  return {
    counts: new Float64Array(places),
    durations: createBuckets(boundsMs),
    taken: new Float64Array(places),
    times: createHistogram({ precisionBits }),
  }
}

/** Counts a finished request; `set` is its method and status since the start, with the same bounds. */
export function countRequest(tally: Tally, set: Buckets, message: HttpRequestMessage): void {
  const { counts, durations, times } = tally
  const { status, durationMs } = message
  counts[placeOf(message.cache)]! += 1
  if (status >= 500) counts[ERRORS]! += 1
  counts[BYTES]! += message.bytes
  observe(durations, durationMs, set)
  times.record(durationMs)
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

/** What was counted since the last step was taken; null where nothing was. */
export function takeStep({ counts, taken, times }: Tally): PlainWindow | null {
  const step = read((place) => counts[place]! - taken[place]!)
  if (step.requests === 0 && step.statements === 0) return null
  taken.set(counts)
  const counted = { ...step, times: times.toJSON() }
  times.reset()
  return counted
}

/** Everything since the start. */
export function sinceStart({ counts }: Tally): Omit<PlainWindow, 'times'> {
  return read((place) => counts[place]!)
}

function read(at: (place: number) => number): Omit<PlainWindow, 'times'> {
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
