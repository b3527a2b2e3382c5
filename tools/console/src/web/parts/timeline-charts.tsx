import { paths, type Timeline } from '@hotpath/core'
import { useMemo } from 'react'
import { useApi } from '../data/use-api.ts'
import { useRange } from '../shell/use-range.ts'
import { Answered } from './answered.tsx'
import type { Bound } from './chart/chart-data.ts'
import { Chart } from './chart/chart.tsx'
import { Panel } from './screen.tsx'
import { timelineLines } from './timeline-lines.ts'
import styles from './timeline-charts.module.css'

interface TimelineChartsProps {
  /** A declared pattern. @default all requests */
  route?: string
  /** Bounds of response times, in milliseconds. */
  bounds?: readonly Bound[]
}

/** Rate, response times and cache hits over the time range of the address, with what may explain a change. */
export function TimelineCharts({ route, bounds = noBounds }: TimelineChartsProps) {
  const { query } = useRange()
  const of = route === undefined ? '' : `&route=${encodeURIComponent(route)}`
  const answer = useApi<Timeline>(`${paths.timeline}?${query}${of}`, { every: 10_000, keepsPrevious: true })
  return (
    <Answered answer={answer} what="the course" height="17rem">
      {(timeline) => <Charts timeline={timeline} bounds={bounds} />}
    </Answered>
  )
}

const noBounds: readonly Bound[] = []

function Charts({ timeline, bounds }: { timeline: Timeline; bounds: readonly Bound[] }) {
  const { at, rates, times, hits } = useMemo(() => timelineLines(timeline.points), [timeline.points])
  const { markers } = timeline
  return (
    <div className={styles.charts}>
      <Panel>
        <Chart
          title="Response times"
          unit="ms"
          axis="clock"
          at={at}
          lines={times}
          bounds={bounds}
          markers={markers}
        />
      </Panel>
      <Panel>
        <Chart title="Requests" unit="perSecond" axis="clock" at={at} lines={rates} markers={markers} />
      </Panel>
      <Panel>
        <Chart title="Cache hits" unit="ratio" axis="clock" at={at} lines={hits} markers={markers} />
      </Panel>
    </div>
  )
}
