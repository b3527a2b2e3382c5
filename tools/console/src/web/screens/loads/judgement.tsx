import type { LoadRunSummary } from '@hotpath/core'
import { StandingIcon } from '../../parts/standing-icon.tsx'
import { judgementOf } from './load-words.ts'
import styles from './loads.module.css'

/** What a run came to: shape, word and colour say the same. */
export function Judgement({ run }: { run: Pick<LoadRunSummary, 'verdict' | 'budgets'> }) {
  const { tone, word } = judgementOf(run)
  return (
    <span className={styles.judgement} data-tone={tone}>
      <StandingIcon tone={tone} />
      {word}
    </span>
  )
}
