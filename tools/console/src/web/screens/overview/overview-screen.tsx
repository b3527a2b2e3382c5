import { paths, type Overview } from '@hotpath/core'
import { lazy, Suspense } from 'react'
import { useApi } from '../../data/use-api.ts'
import { Answered } from '../../parts/answered.tsx'
import { processes } from '../../parts/say.ts'
import { Firing } from './firing.tsx'
import styles from './overview-screen.module.css'
import { ResourceStrip } from './resource-strip.tsx'
import { TileGrid } from './tile-grid.tsx'
import { Verdict } from './verdict.tsx'

// Below the five-second answer: it may come a moment later.
const Causes = lazy(async () => ({ default: (await import('./causes.tsx')).Causes }))

/** One screen, read from the top down: how it stands, in which figures, what to do, where the time goes. */
export function OverviewScreen() {
  const answer = useApi<Overview>(paths.overview, { every: 1_000 })
  return (
    <div className={styles.main}>
      <h1 className="visually-hidden">Overview</h1>
      <Answered answer={answer} what="the overview" height="44rem">
        {(overview) => (
          <>
            <Verdict verdict={overview.verdict} asOf={answer.problem === null ? null : answer.answeredAt} />
            <Firing verdict={overview.verdict.sentence} />
            <TileGrid tiles={overview.tiles} stepMs={overview.stepMs} />
            <Suspense fallback={<div className={styles.later} />}>
              <Causes overview={overview} />
            </Suspense>
            <ResourceStrip
              resources={overview.resources}
              of={overview.fleet ? processes(overview.fleet) : 'the process'}
            />
          </>
        )}
      </Answered>
    </div>
  )
}
