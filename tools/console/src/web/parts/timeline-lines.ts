import type { TimelinePoint } from '@hotpath/core'
import type { Line } from './chart/chart-data.ts'

/** The lines of a course: rates per second, times in milliseconds, shares. */
export interface TimelineLines {
  at: number[]
  rates: Line[]
  times: Line[]
  hits: Line[]
}

export function timelineLines(points: readonly TimelinePoint[]): TimelineLines {
  const line = (label: string, read: (point: TimelinePoint) => number | null): Line => ({
    label,
    values: points.map(read),
  })
  const perSecond = (count: (point: TimelinePoint) => number) => (point: TimelinePoint) =>
    point.ms === 0 ? null : (count(point) * 1000) / point.ms
  return {
    at: points.map(({ at }) => at),
    rates: [
      line(
        'requests',
        perSecond(({ requests }) => requests),
      ),
      line(
        'errors',
        perSecond(({ errors }) => errors),
      ),
      line(
        'statements',
        perSecond(({ statements }) => statements),
      ),
    ],
    times: [
      line('p50', ({ p50Ms }) => p50Ms),
      line('p95', ({ p95Ms }) => p95Ms),
      line('p99', ({ p99Ms }) => p99Ms),
    ],
    hits: [line('answered by the cache', ({ hit }) => hit)],
  }
}
