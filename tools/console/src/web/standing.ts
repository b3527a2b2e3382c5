import type { Overview } from '@hotpath/core'
import type { FeedState } from './feed-state.ts'

type VerdictState = Overview['verdict']['state']

/** How things stand, in a word: the server's verdict, or that the server cannot be asked. */
export interface Standing {
  key: VerdictState | 'loading' | 'unreachable' | 'unauthorised'
  word: string
  sentence: string
}

/** A verdict's state as people say it. */
export const verdictWords: Record<VerdictState, string> = {
  healthy: 'Healthy',
  attention: 'Needs attention',
  broken: 'Broken',
  quiet: 'Quiet',
}

/** The standing to announce and to put in the page's title. */
export function standing(state: FeedState): Standing {
  if (state.phase === 'loading') return { key: 'loading', word: 'Loading', sentence: '' }
  if (state.phase === 'unreachable') {
    return { key: 'unreachable', word: 'Cannot reach the server', sentence: state.why }
  }
  if (state.phase === 'unauthorised') {
    return { key: 'unauthorised', word: 'Token needed', sentence: state.why }
  }
  const { state: key, sentence } = state.overview.verdict
  return { key, word: verdictWords[key], sentence }
}
