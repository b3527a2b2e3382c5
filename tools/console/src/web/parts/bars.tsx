import { formatValue } from '@hotpath/core'
import type { CSSProperties, ReactNode } from 'react'
import styles from './bars.module.css'
import { roundTo } from './round-to.ts'

/** One part of a whole. */
export interface Bar {
  name: string
  /** The name as it is shown. @default the name */
  label?: ReactNode
  value: number
  /** The value in words. */
  text: string
}

/** Parts of a whole as bars below each other; `Bars` of nothing show nothing. */
export function Bars({ bars }: { bars: readonly Bar[] }) {
  const sum = bars.reduce((sum, { value }) => sum + value, 0)
  const most = Math.max(...bars.map(({ value }) => value), 1e-9)
  return (
    <ul className={styles.bars}>
      {bars.map(({ name, label = name, value, text }) => (
        <li key={name}>
          <span className={styles.name}>{label}</span>
          <span className={styles.track} aria-hidden="true">
            <span className={styles.bar} style={{ '--share': value / most } as CSSProperties} />
          </span>
          <span className={styles.text}>
            {text} {sum > 0 && <small>{formatValue(roundTo(0.001, value / sum), 'ratio')}</small>}
          </span>
        </li>
      ))}
    </ul>
  )
}
