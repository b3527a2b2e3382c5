import type { Part } from './chunk.ts'
import type { Bound, Stamp } from './fences.ts'
import type { Flight } from './flights.ts'
import type { StoreTerms } from './storable.ts'
import type { ResponseHead, StoredResponse } from './stored-response.ts'

/** A response being collected while the handler writes it. */
export interface Capture {
  readonly stamp: Stamp
  /** Those who wait for it; null when nobody may. */
  readonly flight: Flight | null
  /** The stale response it is to replace; null for one that a client waits for. */
  readonly refreshes: StoredResponse | null
  /** What the handler was asked to confirm, instead of making it anew. */
  readonly confirmable: readonly StoredResponse[]
  /** The one of these that it has confirmed; null as long as it has not. */
  confirmed: StoredResponse | null
  /** Headers that stood on the response before the handler began. */
  readonly outerHeaders: Readonly<Record<string, unknown>>
  /** Known once the head allowed storing. */
  accepted: Accepted | null
  readonly parts: Part[]
  bytes: number
}

/** What the head of a storable response said. */
export interface Accepted {
  readonly head: ResponseHead
  readonly terms: StoreTerms
  readonly bound: Bound
  /** When the head was written, in milliseconds since 1970. */
  readonly at: number
}

/** What is known of a capture as it begins. */
export type CaptureBegin = Pick<Capture, 'stamp' | 'flight' | 'refreshes' | 'confirmable' | 'outerHeaders'>

/** A capture that has collected nothing yet. */
export function startCapture({ stamp, flight, refreshes, confirmable, outerHeaders }: CaptureBegin): Capture {
  return {
    stamp,
    flight,
    refreshes,
    confirmable,
    confirmed: null,
    outerHeaders,
    accepted: null,
    parts: [],
    bytes: 0,
  }
}
