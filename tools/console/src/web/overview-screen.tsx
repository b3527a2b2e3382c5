import type { Overview } from '@hotpath/core'
import { ConnectionBanner } from './connection-banner.tsx'
import type { FeedState } from './feed-state.ts'
import { Masthead } from './masthead.tsx'
import styles from './overview-screen.module.css'
import { ResourceStrip } from './resource-strip.tsx'
import { RouteTable } from './route-table.tsx'
import { TileGrid } from './tile-grid.tsx'
import { Verdict } from './verdict.tsx'

interface OverviewScreenProps {
  overview: Overview
  state: FeedState
  onRetry: () => void
}

/** One screen, read from the top down: how it stands, in which figures, on which routes, at what cost. */
export function OverviewScreen({ overview, state, onRetry }: OverviewScreenProps) {
  const isLive = state.phase === 'live'
  return (
    <>
      <title>{`${titleMark(state, overview)} ${overview.app} · Hotpath`}</title>
      <Masthead overview={overview} isLive={isLive} />
      {state.phase === 'unreachable' && (
        <ConnectionBanner
          why={state.why}
          since={state.since}
          retryAt={state.retryAt}
          showsOld
          onRetry={onRetry}
        />
      )}
      <main className={styles.main} data-old={!isLive}>
        <Verdict verdict={overview.verdict} asOf={state.phase === 'unreachable' ? state.since : null} />
        <TileGrid tiles={overview.tiles} stepMs={overview.stepMs} />
        <RouteTable rows={overview.routes} />
        <ResourceStrip resources={overview.resources} />
      </main>
    </>
  )
}

const marks = { healthy: '✓', attention: '▲', broken: '✕', quiet: '○' } as const

function titleMark(state: FeedState, overview: Overview): string {
  return state.phase === 'live' ? marks[overview.verdict.state] : '?'
}
