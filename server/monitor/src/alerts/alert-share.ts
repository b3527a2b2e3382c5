import type { RequestMetrics } from '../request-metrics.ts'
import type { Causes, Spent } from './causes.ts'
import { type RouteTimes, routeTimes } from './route-figures.ts'
import type { SubjectCounter, SubjectCounts } from './subject-counts.ts'

/** One window of the regression watch, in milliseconds. */
export const windowMs = 60_000
/** Windows of a process that are left out: caches are empty when it begins. */
const warmingWindows = 2

/** What the process that evaluates asks every process. */
export interface AlertQuestion {
  /** When the minute began whose times are asked for, in milliseconds since 1970; null asks for none. */
  minute: number | null
  /** Routes, or all of them (null), that are slow just now: where did their time go? */
  slow: (string | null)[]
}

/** What one process knows of it: plain data, in bounded number. */
export interface AlertShare {
  counts: SubjectCounts
  times: RouteTimes
  spent: { route: string | null; spent: Spent }[]
}

export interface AlertShareParts {
  counter: SubjectCounter
  causes: Causes
  requests: Pick<RequestMetrics, 'routes'>
  /** When the process began. */
  startedAt: number
  now: number
}

/** The first window of a process that is looked at. */
export const firstWindow = (startedAt: number): number => Math.floor(startedAt / windowMs) + warmingWindows

/** Answers for this process. */
export function shareAlerts(
  { minute, slow }: AlertQuestion,
  { counter, causes, requests, startedAt, now }: AlertShareParts,
): AlertShare {
  causes.turn(now)
  const isWarm = minute !== null && minute >= firstWindow(startedAt) * windowMs
  return {
    counts: counter.at(now),
    times: isWarm ? routeTimes(requests.routes(), { from: minute, to: minute + windowMs }) : [],
    spent: slow.map((route) => ({ route, spent: causes.spent(route) })),
  }
}
