import type { Overview } from '@hotpath/core'
import { Section } from '../../parts/screen.tsx'
import { TimelineCharts } from '../../parts/timeline-charts.tsx'
import { Fixes } from './fixes.tsx'
import { RequestWaterfalls } from './request-waterfalls.tsx'
import { TopRoutes } from './top-routes.tsx'

/** Why it stands as it does: what to fix, the course with what may explain it, where requests spend their time. */
export function Causes({ overview }: { overview: Overview }) {
  return (
    <>
      <Fixes fixes={overview.fixes} />
      <RequestWaterfalls />
      <Section title="Course" note="D a deploy, L a load run, ! an alert">
        <TimelineCharts />
      </Section>
      <TopRoutes routes={overview.routes} />
    </>
  )
}
