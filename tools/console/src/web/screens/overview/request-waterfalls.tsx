import { formatDuration, paths, type TraceSummary, type Traces } from '@hotpath/core'
import { useApi } from '../../data/use-api.ts'
import { Answered, Empty } from '../../parts/answered.tsx'
import { RouteName } from '../../parts/route-name.tsx'
import { Panel, Section } from '../../parts/screen.tsx'
import { TraceView } from '../../parts/trace-view.tsx'
import { routeAddress, ScreenLink } from '../../shell/screen-link.tsx'
import styles from './request-waterfalls.module.css'
import { typicalTraces } from './typical.ts'

/** Where the time of a usual request goes, and of a slow one: browser, cache, application, database. */
export function RequestWaterfalls() {
  const answer = useApi<Traces>(`${paths.traces}?since=-600000&limit=200`, { every: 15_000 })
  return (
    <Section
      title="Where the time goes"
      note="two requests of the last ten minutes that reached the application"
    >
      <Answered answer={answer} what="the traces" height="14rem">
        {({ enabled, traces }) => {
          const typical = typicalTraces(traces)
          if (!typical) {
            return (
              <Empty title={enabled ? 'No trace was drawn yet.' : 'Requests are not traced.'}>
                {enabled && 'Some requests are followed at random: a little traffic brings one.'}
              </Empty>
            )
          }
          return (
            <div className={styles.pair}>
              <One name="Median" trace={typical.median} />
              {typical.p95.id !== typical.median.id && <One name="p95" trace={typical.p95} />}
            </div>
          )
        }}
      </Answered>
    </Section>
  )
}

function One({ name, trace }: { name: string; trace: TraceSummary }) {
  return (
    <Panel>
      <h3 className={styles.title}>
        <span>
          {name}: {formatDuration(trace.durationMs)}
        </span>
        <ScreenLink to={routeAddress(trace.route)}>
          <RouteName route={trace.route} />
        </ScreenLink>
      </h3>
      <TraceView id={trace.id} />
    </Panel>
  )
}
