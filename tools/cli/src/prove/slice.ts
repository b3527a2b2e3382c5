import type { Measurement } from '@hotpath/core'

/** What one side did during one stretch of load. */
export interface Slice {
  requests: number
  seconds: number
  /** CPU seconds of the application's process, all its threads. */
  cpuSeconds: number
  /** CPU seconds of the database server; null where it lives in the application's process or cannot be read. */
  databaseCpuSeconds: number | null
  statements: number
  responseBytes: number
  hits: number
  lookups: number
}

/** The running totals around a slice. */
export interface Totals {
  application: Measurement
  databaseCpuSeconds: number | null
}

export function sliceBetween(before: Totals, after: Totals): Slice {
  const [from, to] = [before.application, after.application]
  const database = [before.databaseCpuSeconds, after.databaseCpuSeconds] as const
  return {
    requests: to.requests - from.requests,
    seconds: (to.at - from.at) / 1000,
    cpuSeconds: to.cpuSeconds - from.cpuSeconds,
    databaseCpuSeconds: database[0] === null || database[1] === null ? null : database[1] - database[0],
    statements: to.statements - from.statements,
    responseBytes: to.responseBytes - from.responseBytes,
    hits: to.hits - from.hits,
    lookups: to.lookups - from.lookups,
  }
}

/** Slices of one side as one. @throws RangeError on an empty list */
export function sumSlices(slices: readonly Slice[]): Slice {
  const sum = (pick: (slice: Slice) => number) => slices.reduce((total, slice) => total + pick(slice), 0)
  if (slices.length === 0) throw new RangeError('There is no slice to sum.')
  return {
    requests: sum((slice) => slice.requests),
    seconds: sum((slice) => slice.seconds),
    cpuSeconds: sum((slice) => slice.cpuSeconds),
    databaseCpuSeconds: slices.some((slice) => slice.databaseCpuSeconds === null)
      ? null
      : sum((slice) => slice.databaseCpuSeconds ?? 0),
    statements: sum((slice) => slice.statements),
    responseBytes: sum((slice) => slice.responseBytes),
    hits: sum((slice) => slice.hits),
    lookups: sum((slice) => slice.lookups),
  }
}
