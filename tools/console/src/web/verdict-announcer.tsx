import { useState } from 'react'
import type { FeedState } from './feed-state.ts'
import { standing } from './standing.ts'

/**
 * Tells a screen reader when the verdict's state changes. The sentence itself, whose figures move every second, is
 * not live: it would never stop talking.
 */
export function VerdictAnnouncer({ state }: { state: FeedState }) {
  const { key, word, sentence } = standing(state)
  const [said, setSaid] = useState({ key: 'loading', text: '' })
  if (said.key !== key) setSaid({ key, text: `${word}. ${sentence}` })
  return (
    <p className="visually-hidden" aria-live="polite">
      {said.text}
    </p>
  )
}
