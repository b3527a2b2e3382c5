import { type Loads, paths } from '@hotpath/core'
import { useApi } from '../../data/use-api.ts'
import { Answered } from '../../parts/answered.tsx'
import { Screen, Section } from '../../parts/screen.tsx'
import { LiveRun } from './live-run.tsx'
import { RunList } from './run-list.tsx'
import { StartForm } from './start-form.tsx'

/** Load runs against this application: started, watched, listed. */
export function LoadsScreen() {
  const answer = useApi<Loads>(paths.loads, { every: 2_000 })
  return (
    <Screen
      title="Load tests"
      lead="Arrivals by the clock, from a generator in a process of its own, at the scenarios of this application."
    >
      <Answered answer={answer} what="the load runs" height="24rem">
        {(loads) => (
          <>
            {loads.current && <LiveRun load={loads.current} />}
            <RunList runs={loads.runs} />
            <Section title="Start a run" note="against this very process">
              <StartForm key={loads.scenarios.join(' ')} loads={loads} />
            </Section>
          </>
        )}
      </Answered>
    </Screen>
  )
}
