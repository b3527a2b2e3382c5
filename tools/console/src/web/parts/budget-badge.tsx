import type { BudgetVerdict } from '@hotpath/core'
import styles from './budget-badge.module.css'
import { budgetTones, StandingIcon } from './standing-icon.tsx'

const words: Record<BudgetVerdict, string> = { met: 'Met', missed: 'Missed', 'not measured': 'Not measured' }

/** A budget and whether it holds: shape, word and colour say the same. */
export function BudgetBadge({ budget }: { budget: { text: string; verdict: BudgetVerdict } | null }) {
  if (!budget) return <span className={styles.none}>No budget</span>
  return (
    <span className={styles.badge} data-tone={budgetTones[budget.verdict]}>
      <span className={styles.word}>
        <StandingIcon tone={budgetTones[budget.verdict]} />
        {words[budget.verdict]}
      </span>
      <span className={styles.text}>{budget.text}</span>
    </span>
  )
}
