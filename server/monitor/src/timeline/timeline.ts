import type { Timeline, TimelineMarker } from '@hotpath/core'
import type { RequestMetrics } from '../request-metrics.ts'
import { mergeSteps } from './merge-steps.ts'
import { coarse } from './series.ts'
import type { StepFigures } from './step-figures.ts'

/** What of a timeline one process knows; several are put together by `mergeSteps`. */
export interface TimelineShare {
  now: number
  from: number
  to: number
  route: string | null
  since: number
  steps: StepFigures[]
  markers: TimelineMarker[]
}

/** What is asked for; milliseconds since 1970. */
export interface TimelineRange {
  /** @default an hour before now */
  from?: number | undefined
  /** @default now */
  to?: number | undefined
  /** @default all requests */
  route?: string | undefined
}

const hourMs = 3_600_000

export interface TimelineParts {
  requests: Pick<RequestMetrics, 'course' | 'routes'>
  /** When the process began. */
  since: number
  markers: readonly TimelineMarker[]
  now: number
}

/** What this process knows of a stretch of the last day. */
export function timelineShare(
  { from: asked, to: until, route }: TimelineRange,
  { requests, since, markers, now }: TimelineParts,
): TimelineShare {
  const oldest = Math.max(Math.floor(since / coarse.stepMs) * coarse.stepMs, now - 24 * hourMs)
  const to = Math.min(until ?? now, now)
  const from = Math.min(to, Math.max(asked ?? now - hourMs, oldest))
  const course = route === undefined ? requests.course : requests.routes().get(route)?.course
  return {
    now,
    from,
    to,
    route: route ?? null,
    since,
    steps: course?.points({ from, to, now }) ?? [],
    markers: markers.filter(({ at }) => at >= from && at <= to),
  }
}

/** The shares of all processes as one; the first is that of the process that was asked. */
export function mergeTimelines(
  shares: readonly [TimelineShare, ...TimelineShare[]],
): Omit<Timeline, 'worker'> {
  const { now, route } = shares[0]
  const markers = new Map(
    shares.flatMap((share) => share.markers).map((marker) => [`${marker.at} ${marker.text}`, marker]),
  )
  return {
    now,
    from: Math.min(...shares.map(({ from }) => from)),
    to: shares[0].to,
    route,
    since: Math.min(...shares.map(({ since }) => since)),
    points: mergeSteps(shares.map(({ steps }) => steps)),
    markers: [...markers.values()].sort((a, b) => a.at - b.at),
  }
}
