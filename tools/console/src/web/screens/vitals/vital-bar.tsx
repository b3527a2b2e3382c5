import type { VitalFigures } from '@hotpath/core'
import { sharesText } from './vital-words.ts'
import styles from './vitals.module.css'

/** How many views were good, need improvement, or were poor; the shares in words for those who do not see the bar. */
export function VitalBar({ figures }: { figures: VitalFigures }) {
  const parts = [
    ['good', figures.good],
    ['needs', figures.needs],
    ['poor', figures.poor],
  ] as const
  return (
    <span className={styles.bar} title={sharesText(figures)}>
      <span className="visually-hidden">{sharesText(figures)}</span>
      {parts.map(([kind, share]) => (
        <span key={kind} data-kind={kind} style={{ flexGrow: share }} />
      ))}
    </span>
  )
}
