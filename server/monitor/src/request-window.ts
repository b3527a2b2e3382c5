import { createHistogram, type Histogram } from '@hotpath/core'
import type { CacheOutcome, HttpRequestMessage } from '@hotpath/http/channels'
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

/** Quantiles of windows lie within 2^-6, 1.6 %, of the exact value: a step then takes 14 kB. */
const precisionBits = 6

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

/** Adds a finished request. */
export function addRequest(window: RequestWindow, message: HttpRequestMessage): void {
  window.requests++
  if (message.status >= 500) window.errors++
  if (isLookup(message)) window.lookups++
  if (isHit(message)) window.hits++
  window.outcomes[message.cache]++
  window.bytes += message.bytes
  window.times.record(message.durationMs)
}

/** Answered without the handler. */
export function isHit({ cache }: Pick<HttpRequestMessage, 'cache'>): boolean {
  return cache === 'hit' || cache === 'stale' || cache === 'collapsed'
}

/** Looked up in the HTTP cache. */
export function isLookup(message: Pick<HttpRequestMessage, 'cache'>): boolean {
  return message.cache === 'miss' || isHit(message)
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
export function sumWindows(windows: readonly RequestWindow[]): RequestWindow {
  const sum = createRequestWindow()
  for (const window of windows) {
    sum.requests += window.requests
    sum.errors += window.errors
    sum.hits += window.hits
    sum.lookups += window.lookups
    sum.bytes += window.bytes
    sum.statements += window.statements
    for (const outcome of outcomes) sum.outcomes[outcome] += window.outcomes[outcome]
    sum.times.merge(window.times)
  }
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
