/** Running totals since the start; two of them make a measurement. GET /_hotpath/api/measurement. */
export interface Measurement {
  /** Milliseconds since 1970. */
  at: number
  pid: number
  /** CPU seconds of this process, all its threads. */
  cpuSeconds: number
  /** Bytes that the thread of the event loop allocated on its heap since they are counted; below the last one: begun anew. */
  allocatedBytes: number
  requests: number
  responseBytes: number
  /** HTTP-cache lookups that were answered without the handler. */
  hits: number
  /** HTTP-cache lookups of cacheable requests. */
  lookups: number
  statements: number
  statementMs: { mean: number; p95: number }
  database: 'postgres' | 'pglite' | 'none'
  layer: 'on' | 'off'
}
