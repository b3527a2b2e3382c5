import type { AlertEvent, Clock, Route, RouteDetail, Timeline, TimelineMarker } from '@hotpath/core'
import type { Promises } from './promises.ts'
import type { RequestMetrics } from './request-metrics.ts'
import { routeDetail } from './route-detail.ts'
import { type RouteShare, shareRoute } from './route-share.ts'
import { countRouteStatements } from './route-statements.ts'
import { markersOf } from './timeline/markers.ts'
import { mergeTimelines, type TimelineRange, type TimelineShare, timelineShare } from './timeline/timeline.ts'
import { createSlowBounds } from './traces/slow-bounds.ts'
import { type TraceOptions, type TraceWatch, watchTraces } from './traces/traces.ts'

/** What one looks at to find out why: the course of a day, one route, single requests. */
export interface Insight {
  /** Null where requests are not followed. */
  readonly traces: TraceWatch | null
  /** The course of the last day, of this process and of those whose shares are given. */
  timeline(range: TimelineRange, others?: readonly TimelineShare[]): Omit<Timeline, 'worker'>
  /** What this process adds to a timeline of several. */
  timelineShare(range: TimelineRange): TimelineShare
  /** Everything about one route, likewise; undefined for one that was neither declared nor seen. */
  route(pattern: string, others?: readonly RouteShare[]): Omit<RouteDetail, 'worker'> | undefined
  /** What this process adds to it; null where it has not seen the route. */
  routeShare(pattern: string): RouteShare | null
}

export interface InsightParts {
  traces: TraceOptions | false
  routes: readonly Route[]
  requests: RequestMetrics
  promises: Promises
  /** Of the alerts, the oldest first. */
  events: () => readonly AlertEvent[]
  /** Beside deploys and alerts. */
  markers: () => readonly TimelineMarker[]
  startedAt: number
  clock: Clock
}

/** Begins to follow requests and to count the statements of each route. */
export function createInsight(parts: InsightParts): Insight & { close(): void } {
  const { requests, promises, events, markers, startedAt, clock } = parts
  const slowBound = createSlowBounds({ routes: requests.routes, budgets: promises.routes, clock })
  const traces = parts.traces === false ? null : watchTraces(parts.traces, { slowBound, clock })
  const statements = countRouteStatements()
  const share = (range: TimelineRange) =>
    timelineShare(range, {
      requests,
      since: startedAt,
      markers: [...markersOf(events()), ...markers()],
      now: clock(),
    })
  const routeShare = (pattern: string) =>
    shareRoute(pattern, { requests, statements, traces, startedAt, now: clock() })
  return {
    traces,
    timeline: (range, others = []) => mergeTimelines([share(range), ...others]),
    timelineShare: share,
    route: (pattern, others = []) => {
      const own = routeShare(pattern)
      return routeDetail(pattern, [...(own ? [own] : []), ...others], parts)
    },
    routeShare,
    close() {
      traces?.close()
      statements.close()
    },
  }
}
