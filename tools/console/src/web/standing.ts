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

/** The verdict's sentence without the state that some begin with ("Quiet: no request …"): it stands above already. */
export function sentenceOf({ state, sentence }: Overview['verdict']): string {
  const opening = `${verdictWords[state]}: `
  if (!sentence.startsWith(opening)) return sentence
  return sentence.charAt(opening.length).toLocaleUpperCase('en-US') + sentence.slice(opening.length + 1)
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
  const { verdict } = state.overview
  return { key: verdict.state, word: verdictWords[verdict.state], sentence: sentenceOf(verdict) }
}
