import { paths, type Timeline } from '@hotpath/core'
import { useApi } from '../../data/use-api.ts'
import { Answered } from '../../parts/answered.tsx'
import { Chart } from '../../parts/chart/chart.tsx'
import { Panel, Section } from '../../parts/screen.tsx'
import { useRange } from '../../shell/use-range.ts'

/** How much the HTTP cache answered, over time. */
export function HitChart() {
  const { query } = useRange()
  const answer = useApi<Timeline>(`${paths.timeline}?${query}`, { every: 10_000, keepsPrevious: true })
  return (
    <Section title="Hit rate over time" note="of the requests that the HTTP cache looked up">
      <Answered answer={answer} what="the course" height="17rem">
        {({ points, markers }) => (
          <Panel>
            <Chart
              title="Answered by the HTTP cache"
              unit="ratio"
              axis="clock"
              at={points.map(({ at }) => at)}
              lines={[{ label: 'hit', values: points.map(({ hit }) => hit) }]}
              markers={markers}
            />
          </Panel>
        )}
      </Answered>
    </Section>
  )
}
