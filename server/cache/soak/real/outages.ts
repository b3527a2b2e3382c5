import type { Reach } from './faults.ts'
import { createSpans, type Spans } from './spans.ts'

/** When there were faults, and whom they kept from relying on Redis. */
export interface Outages {
  /** A fault begins; to be called with its end. */
  begin(reach: Reach, from: number): (until: number) => void
  /** Those that reach a worker. */
  of(worker: number): Pick<Spans, 'touches'>
  /** Whether there was no fault at all. */
  isCalm(from: number, until: number): boolean
}

export function createOutages(isProxied: (worker: number) => boolean): Outages {
  const spans: Record<Reach, Spans> = { all: createSpans(), proxied: createSpans(), none: createSpans() }
  return {
    begin: (reach, from) => spans[reach].begin(from),
    of: (worker) => ({
      touches: (from, until) =>
        spans.all.touches(from, until) || (isProxied(worker) && spans.proxied.touches(from, until)),
    }),
    isCalm: (from, until) => !Object.values(spans).some((each) => each.touches(from, until)),
  }
}
