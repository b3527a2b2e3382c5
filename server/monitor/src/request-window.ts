import { createHistogram, type Histogram, type HistogramJSON } from '@hotpath/core'
import type { CacheOutcome } from '@hotpath/http/channels'
import { createStepRing, type StepRing } from './step-ring.ts'

/** What the requests of some stretch of time came to. */
export interface RequestWindow {
  requests: number
  /** Of those, the ones that ended in 5xx. */
  errors: number
  /** Lookups in the HTTP cache that were answered without the handler: hits, stale hits and collapsed requests. */
  hits: number
  /** Hits and misses; requests that may not be cached look nothing up. */
  lookups: number
  /** How the HTTP cache fared. */
  outcomes: Record<CacheOutcome, number>
  /** Of answer bodies. */
  bytes: number
  /** Sent to the database. */
  statements: number
  /** Their durations. */
  times: Histogram
}

/** A window as plain data. */
export type PlainWindow<Window extends RequestWindow = RequestWindow> = Omit<Window, 'times'> & {
  times: HistogramJSON
}

export const plainWindow = <Window extends RequestWindow>(window: Window): PlainWindow<Window> => ({
  ...window,
  times: window.times.toJSON(),
})

/** Quantiles of windows lie within 2^-6, 1.6 %, of the exact value: a step then takes 14 kB. */
export const precisionBits = 6

export function createRequestWindow(): RequestWindow {
  return {
    requests: 0,
    errors: 0,
    hits: 0,
    lookups: 0,
    outcomes: { hit: 0, stale: 0, collapsed: 0, miss: 0, bypass: 0, off: 0 },
    bytes: 0,
    statements: 0,
    times: createHistogram({ precisionBits }),
  }
}

const outcomes = ['hit', 'stale', 'collapsed', 'miss', 'bypass', 'off'] as const satisfies CacheOutcome[]

/** Adds what was counted elsewhere. */
export function addTo(window: RequestWindow, counted: RequestWindow | PlainWindow): void {
  window.requests += counted.requests
  window.errors += counted.errors
  window.hits += counted.hits
  window.lookups += counted.lookups
  window.bytes += counted.bytes
  window.statements += counted.statements
  for (const outcome of outcomes) window.outcomes[outcome] += counted.outcomes[outcome]
  window.times.merge(counted.times)
}

/** A ring whose steps are request windows. */
export function createRequestRing({
  stepMs,
  size,
}: {
  stepMs: number
  size: number
}): StepRing<RequestWindow> {
  return createStepRing({ stepMs, size, create: createRequestWindow, empty })
}

/** Several windows as one. */
export function sumWindows(windows: readonly (RequestWindow | PlainWindow)[]): RequestWindow {
  const sum = createRequestWindow()
  for (const window of windows) addTo(sum, window)
  return sum
}

function empty(window: RequestWindow): void {
  window.requests = 0
  window.errors = 0
  window.hits = 0
  window.lookups = 0
  window.bytes = 0
  window.statements = 0
  for (const outcome of outcomes) window.outcomes[outcome] = 0
  window.times.reset()
}
