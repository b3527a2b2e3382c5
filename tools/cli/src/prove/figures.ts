import { median } from '@hotpath/core'
import { sumSlices, type Slice } from './slice.ts'

/** One side of the comparison: what was seen of it, at saturation and at a common rate. */
export interface Side {
  /** Users as fast as they are answered. */
  saturated: readonly Slice[]
  /** p95 of the response time of each stretch at the common rate, in milliseconds. */
  p95Ms: readonly number[]
  /** Mean response time of the same stretches, in milliseconds. */
  meanMs: readonly number[]
}

/** A side's figures. */
export interface Figures {
  requestsPerSecond: number
  /** Per CPU second of the application's process. */
  requestsPerCpuSecond: number
  /** Per CPU second of application and database together; null where the database's cannot be told apart. */
  requestsPerCpuSecondWithDatabase: number | null
  /** At the common rate, median over the stretches, in milliseconds. */
  p95Ms: number
  meanMs: number
  statementsPerRequest: number
  bytesPerRequest: number
  /** Share of cacheable requests answered without the handler; null when the cache was not asked. */
  hit: number | null
}

/** On divided by off, figure by figure. */
export interface OnOff {
  requestsPerCpuSecond: number
  requestsPerSecond: number
  p95: number
  statementsPerRequest: number
  bytesPerRequest: number
}

export function figuresOf(side: Side): Figures {
  const all = sumSlices(side.saturated)
  const withDatabase = all.databaseCpuSeconds === null ? null : all.cpuSeconds + all.databaseCpuSeconds
  return {
    requestsPerSecond: all.requests / all.seconds,
    requestsPerCpuSecond: all.requests / all.cpuSeconds,
    requestsPerCpuSecondWithDatabase: withDatabase === null ? null : all.requests / withDatabase,
    p95Ms: median(side.p95Ms),
    meanMs: median(side.meanMs),
    statementsPerRequest: all.statements / all.requests,
    bytesPerRequest: all.responseBytes / all.requests,
    hit: all.lookups === 0 ? null : all.hits / all.lookups,
  }
}

export function onOff(on: Figures, off: Figures): OnOff {
  return {
    requestsPerCpuSecond: on.requestsPerCpuSecond / off.requestsPerCpuSecond,
    requestsPerSecond: on.requestsPerSecond / off.requestsPerSecond,
    p95: on.p95Ms / off.p95Ms,
    statementsPerRequest: on.statementsPerRequest / off.statementsPerRequest,
    bytesPerRequest: on.bytesPerRequest / off.bytesPerRequest,
  }
}
