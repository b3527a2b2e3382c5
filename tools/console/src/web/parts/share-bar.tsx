import { formatValue } from '@hotpath/core'
import type { CSSProperties } from 'react'
import { roundTo } from './round-to.ts'
import styles from './share-bar.module.css'

/** A share of a whole, as a bar and a percentage. */
export function ShareBar({ share }: { share: number }) {
  return (
    <span className={styles.share}>
      <span className={styles.bar} style={{ '--share': Math.min(1, share) } as CSSProperties} />
      <span className={styles.text}>{formatValue(roundTo(0.001, share), 'ratio')}</span>
    </span>
  )
}
