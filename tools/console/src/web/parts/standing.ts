import type { Overview } from '@hotpath/core'

type VerdictState = Overview['verdict']['state']

/** A verdict's state as people say it. */
export const verdictWords: Record<VerdictState, string> = {
  healthy: 'Healthy',
  attention: 'Needs attention',
  broken: 'Broken',
  quiet: 'Quiet',
}

/** The same as one character, for the title of a tab. */
export const verdictMarks: Record<VerdictState, string> = {
  healthy: '✓',
  attention: '▲',
  broken: '✕',
  quiet: '○',
}

/** The verdict's sentence without the state that some begin with ("Quiet: no request …"): it stands above already. */
export function sentenceOf({ state, sentence }: Overview['verdict']): string {
  const opening = `${verdictWords[state]}: `
  if (!sentence.startsWith(opening)) return sentence
  return sentence.charAt(opening.length).toLocaleUpperCase('en-US') + sentence.slice(opening.length + 1)
}
