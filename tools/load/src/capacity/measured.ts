/**
 * What a request can use up. `shared CPU` is that of the application and of its database together, where both have the
 * same cores.
 */
export type ResourceName =
  | 'event loop'
  | 'process CPU'
  | 'database CPU'
  | 'shared CPU'
  | 'machine CPU'
  | 'pool'

/** One slice of time of a run. */
export interface MeasuredSlice {
  /** Requests per second, by endpoint. */
  rates: readonly number[]
  /**
   * How much of each resource was in use: CPU seconds per second, connections out. Those that could not be seen are
   * missing.
   */
  used: Partial<Record<ResourceName, number>>
}

/** One run at one load, as far as capacity is concerned. */
export interface MeasuredRun {
  /** Requests per second that were sent. */
  rate: number
  /** Response times in milliseconds; null when not measured. */
  p50Ms: number | null
  p95Ms: number | null
  p99Ms: number | null
  /** Requests that failed, as a share. @default 0 */
  failedShare?: number
  slices: readonly MeasuredSlice[]
}

/** Runs of one configuration of one system. */
export interface Measured {
  /** The endpoints that the rates of all slices speak of, in this order. */
  endpoints: readonly string[]
  runs: readonly MeasuredRun[]
  /** How much of each resource there is. */
  capacity: Partial<Record<ResourceName, number>>
}
