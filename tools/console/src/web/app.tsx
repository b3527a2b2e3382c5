import { useSyncExternalStore } from 'react'
import type { Feed } from './feed.ts'
import { lastKnown } from './feed-state.ts'
import { OverviewScreen } from './overview-screen.tsx'
import { Standby } from './standby.tsx'
import { TokenForm } from './token-form.tsx'
import { VerdictAnnouncer } from './verdict-announcer.tsx'

/** The console: whichever screen fits what is known of the server. */
export function App({ feed }: { feed: Feed }) {
  const state = useSyncExternalStore(feed.subscribe, feed.state)
  const overview = lastKnown(state)
  return (
    <>
      <VerdictAnnouncer state={state} />
      {state.phase === 'unauthorised' ? (
        <TokenForm rejected={state.rejected} why={state.why} onToken={feed.authorise} />
      ) : overview ? (
        <OverviewScreen overview={overview} state={state} onRetry={feed.resume} />
      ) : (
        <Standby state={state} onRetry={feed.resume} />
      )}
    </>
  )
}
