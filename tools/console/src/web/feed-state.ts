import type { Overview } from '@hotpath/core'
import type { Outcome } from './request-overview.ts'

/** What the page knows of the server. Times are milliseconds since 1970, on the browser's clock. */
export type FeedState =
  | { phase: 'loading' }
  | { phase: 'live'; overview: Overview; heardAt: number }
  | {
      phase: 'unreachable'
      /** The last thing known, if anything ever was. */
      overview: Overview | undefined
      /** When the server was last heard, or first missed. */
      since: number
      failures: number
      why: string
      retryAt: number
    }
  | {
      phase: 'unauthorised'
      /** Whether a token was sent and turned down. */
      rejected: boolean
      /** Why no token will do; empty when one will. */
      why: string
    }

const pollMs = 1_000
const longestWaitMs = 15_000

/** How long to wait before asking again, in milliseconds; null while only a token can help. */
export function waitBeforeNext(state: FeedState): number | null {
  if (state.phase === 'unauthorised') return null
  if (state.phase !== 'unreachable') return pollMs
  return Math.min(longestWaitMs, pollMs * 2 ** (state.failures - 1))
}

/** The state after one more outcome. What is on the screen stays there while the server is away. */
export function afterOutcome(
  state: FeedState,
  outcome: Outcome,
  { now, sentToken }: { now: number; sentToken: boolean },
): FeedState {
  if (outcome.kind === 'overview') return { phase: 'live', overview: outcome.overview, heardAt: now }
  if (outcome.kind === 'refused') {
    return { phase: 'unauthorised', rejected: sentToken, why: outcome.why }
  }
  const lost = {
    phase: 'unreachable',
    overview: lastKnown(state),
    since: state.phase === 'unreachable' ? state.since : state.phase === 'live' ? state.heardAt : now,
    failures: state.phase === 'unreachable' ? state.failures + 1 : 1,
    why: outcome.why,
    retryAt: now,
  } as const
  return { ...lost, retryAt: now + (waitBeforeNext(lost) ?? 0) }
}

/** The newest overview that may be shown. */
export function lastKnown(state: FeedState): Overview | undefined {
  return state.phase === 'live' || state.phase === 'unreachable' ? state.overview : undefined
}
