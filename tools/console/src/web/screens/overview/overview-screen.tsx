import { paths, type Overview } from '@hotpath/core'
import { useApi } from '../../data/use-api.ts'
import { Answered } from '../../parts/answered.tsx'
import styles from './overview-screen.module.css'
import { ResourceStrip } from './resource-strip.tsx'
import { TileGrid } from './tile-grid.tsx'
import { Verdict } from './verdict.tsx'

/** One screen, read from the top down: how it stands, in which figures, on which routes, at what cost. */
export function OverviewScreen() {
  const answer = useApi<Overview>(paths.overview, { every: 1_000 })
  return (
    <div className={styles.main}>
      <h1 className="visually-hidden">Overview</h1>
      <Answered answer={answer} what="the overview" height="44rem">
        {(overview) => (
          <>
            <Verdict verdict={overview.verdict} asOf={answer.problem === null ? null : answer.answeredAt} />
            <TileGrid tiles={overview.tiles} stepMs={overview.stepMs} />
            <ResourceStrip resources={overview.resources} />
          </>
        )}
      </Answered>
    </div>
  )
}
