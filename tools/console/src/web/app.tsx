import { lazy, Suspense, useSyncExternalStore } from 'react'
import { client, session } from './data/client.ts'
import { Shell } from './shell/shell.tsx'

const TokenForm = lazy(async () => ({ default: (await import('./shell/token-form.tsx')).TokenForm }))

/** The console, or the question for the token without which the server tells nothing. */
export function App() {
  const refusal = useSyncExternalStore(session.subscribe, session.refusal)
  if (refusal === null) return <Shell />
  return (
    <Suspense fallback={null}>
      <TokenForm
        rejected={refusal.rejected}
        why={refusal.why}
        onToken={(token) => {
          // What was seen with another token, or none, is not for this one.
          client.clear()
          session.authorise(token)
        }}
      />
    </Suspense>
  )
}
