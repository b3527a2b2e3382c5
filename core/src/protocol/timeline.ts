import type { FleetShare, Worker } from './worker.ts'

/** What happened in one step. */
export interface TimelinePoint {
  /** When the step began: milliseconds since 1970. */
  at: number
  /** Its length in milliseconds: 10 000 within the last hour, 60 000 before that. */
  ms: number
  requests: number
  /** Answers with a status from 500 up. */
  errors: number
  /** Within 6 % of the exact value, of a fleet an estimate; null when no request ended. */
  p50Ms: number | null
  p95Ms: number | null
  p99Ms: number | null
  /** Share answered by the HTTP cache, of the requests that it looked up; null when there were none. */
  hit: number | null
  /** Sent to the database; of a route, those that were sent for it. */
  statements: number
  /** Response bodies in bytes. */
  bytes: number
}

/** Something that may explain a change: a version that began, a load run, an alert. */
export interface TimelineMarker {
  at: number
  kind: 'deploy' | 'load' | 'alert'
  text: string
}

/**
 * The course of the last day; GET /_hotpath/api/timeline?from=&to=&route=. Milliseconds since 1970.
 * `from` @default an hour ago; `to` @default now; `route` @default all.
 */
export interface Timeline {
  worker: Worker
  /** The processes that it is put together from; missing where one stands alone. */
  fleet?: FleetShare
  now: number
  /** What was asked for, within what is kept. */
  from: number
  to: number
  /** The declared pattern; null for all requests. */
  route: string | null
  /** When the process began to keep them. */
  since: number
  /** Oldest first, without gaps: a step without requests is a point of zeros; none before `since`. */
  points: TimelinePoint[]
  markers: TimelineMarker[]
}
