import type { Alert, Overview } from '@hotpath/core'
import type { Promises } from './promises.ts'
import { createRequestWindow, type RequestWindow, sumWindows } from './request-window.ts'
import type { RequestMetrics, RouteRecord } from './request-metrics.ts'
import { stepsBetween } from './step-ring.ts'
import type { CollectedVitals } from './vitals/vitals-tile.ts'

/** A window and how long it lasted. */
export interface TimedWindow extends RequestWindow {
  /** Of it, what lies within the life of the process. */
  seconds: number
  /** Whether it holds a part of the process's first minute, when every cache begins empty and misses say nothing. */
  warming: boolean
}

/** Everything the overview is made of, as plain data. */
export interface Collected {
  identity: Pick<Overview, 'app' | 'layer' | 'startedAt' | 'database'>
  now: number
  stepMs: number
  /** The last minute, up to now. */
  minute: TimedWindow
  /** The five minutes before it. */
  before: TimedWindow
  /** The last ten minutes up to the last full step, oldest first; null where the process did not run yet. */
  steps: readonly (RequestWindow | null)[]
  /** The last ten minutes by route. */
  routes: readonly (TimedWindow & { route: string })[]
  promises: Promises
  resources: Overview['resources']
  fixes: Overview['fixes']
  /** Null where no browser is asked. */
  vitals: CollectedVitals | null
  /** The worst alert of each group that fires, the worst first. */
  alerts: readonly Alert[]
}

/** A minute and five minutes in steps of the ring, and the whole of the course that is shown. */
const minuteSteps = 12
const beforeSteps = 60
const courseSteps = 120
const warmingMs = 60_000

/** Reads the rings at `now`. */
export function collectWindows(
  requests: RequestMetrics,
  { now, startedAt }: { now: number; startedAt: number },
): Pick<Collected, 'stepMs' | 'minute' | 'before' | 'steps' | 'routes'> {
  const ring = requests.recent
  const current = ring.numberOf(now)
  const firstOfMinute = current - minuteSteps
  const between = (from: number, to: number): TimedWindow => ({
    ...sumWindows(stepsBetween(ring, from, to)),
    seconds: secondsOf({ from: from * ring.stepMs, to: Math.min(now, (to + 1) * ring.stepMs) }, startedAt),
    warming: from * ring.stepMs < startedAt + warmingMs,
  })
  const nothing = createRequestWindow()
  return {
    stepMs: ring.stepMs,
    minute: between(firstOfMinute, current),
    before: between(firstOfMinute - beforeSteps, firstOfMinute - 1),
    steps: Array.from({ length: courseSteps }, (_, index) => {
      const number = current - courseSteps + index
      return (number + 1) * ring.stepMs > startedAt ? (ring.get(number) ?? nothing) : null
    }),
    routes: [...requests.routes()].map(([route, record]) => ({
      route,
      ...routeWindow(record, now, startedAt),
    })),
  }
}

function routeWindow({ recent }: RouteRecord, now: number, startedAt: number): TimedWindow {
  const current = recent.numberOf(now)
  const first = current - recent.size + 1
  return {
    ...sumWindows(stepsBetween(recent, first, current)),
    seconds: secondsOf({ from: first * recent.stepMs, to: now }, startedAt),
    warming: first * recent.stepMs < startedAt + warmingMs,
  }
}

/** At least one, so that the first moments of a process do not read as a storm. */
function secondsOf({ from, to }: { from: number; to: number }, startedAt: number): number {
  return Math.max(1, (to - Math.max(from, startedAt)) / 1000)
}
