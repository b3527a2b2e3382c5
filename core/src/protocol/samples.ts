import type { Worker } from './worker.ts'

/** What one process did within one slice of time: sums over the slice, unless it says otherwise. */
export interface ServerSample {
  /** When it began: milliseconds since 1970, by the server's clock. */
  at: number
  /** Its length in milliseconds. */
  ms: number
  /** CPU seconds of the process, all its threads. */
  cpuSeconds: number
  /** CPU seconds of the thread that runs the event loop. */
  loopCpuSeconds: number
  /** CPU seconds of everything on its machine; null where that cannot be seen. */
  hostCpuSeconds: number | null
  /** CPU seconds of the database's processes that work for this one; null where they are elsewhere, or inside it. */
  databaseCpuSeconds: number | null
  /** How late the event loop was, p99; null when it was not looked at. */
  eventLoopDelayP99Ms: number | null
  /** Share of the slice in which the event loop was not idle. */
  eventLoopUtilisation: number
  gcMs: number
  /** At the end of the slice, as is `heapBytes`. */
  rssBytes: number
  heapBytes: number
  requests: number
  /** Answers with a status from 500 up. */
  errors: number
  /** From the request's head to the end of its answer. */
  requestMs: number
  /** Of those durations; null when no request ended. */
  p95Ms: number | null
  /** How the HTTP cache answered. */
  outcomes: { hit: number; stale: number; collapsed: number; miss: number; bypass: number; off: number }
  /** Requests by the route as it was declared. */
  routes: Record<string, number>
  statements: number
  /** From handing statements to the driver until their answers were read. */
  statementMs: number
  /** Of single statements, and of their waits for a connection; null when none ended. */
  statementP95Ms: number | null
  poolWaitP95Ms: number | null
  /** How long connections were out, summed over all of them. */
  poolHeldMs: number
  /** How long callers waited for a connection, summed over all of them. */
  poolWaitedMs: number
  /** Callers that waited for a connection at the end of the slice. */
  poolWaiting: number
  objectMemoryHits: number
  objectRedisHits: number
  objectMisses: number
}

/** The slices of one process; GET /_hotpath/api/samples?since=…. The first question begins to sample. */
export interface ServerSamples {
  worker: Worker
  /** Milliseconds since 1970, as the answer was made: what clocks are aligned by. */
  now: number
  /** Cores that the process may use, and cores of its machine. */
  cores: number
  machineCores: number
  /** Most connections of its pool; null where there is none. */
  poolSize: number | null
  samples: ServerSample[]
}
