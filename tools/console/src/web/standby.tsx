import { ConnectionBanner } from './connection-banner.tsx'
import type { FeedState } from './feed-state.ts'
import { Mark } from './mark.tsx'
import styles from './standby.module.css'

/** Before the first figures: their places, so that nothing moves when they come. */
export function Standby({ state, onRetry }: { state: FeedState; onRetry: () => void }) {
  return (
    <>
      <title>{state.phase === 'unreachable' ? '? Hotpath' : 'Hotpath'}</title>
      <header className={styles.header}>
        <Mark />
        <h1>Hotpath</h1>
      </header>
      {state.phase === 'unreachable' && (
        <ConnectionBanner
          why={state.why}
          since={state.since}
          retryAt={state.retryAt}
          showsOld={false}
          onRetry={onRetry}
        />
      )}
      <main className={styles.skeleton} aria-busy={state.phase === 'loading'} aria-label="Overview">
        {state.phase === 'loading' && <p className="visually-hidden">Loading the overview…</p>}
        <div className={styles.line} />
        <div className={styles.tiles} />
        <div className={styles.table} />
      </main>
    </>
  )
}
