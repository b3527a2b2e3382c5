import type { CSSProperties } from 'react'
import type { Column } from './column.ts'
import styles from './data-table.module.css'

/** What puts a cell into its column. */
export function placeOf<Row>(
  { width = 5, align = 'end', shown = 'always', fullWidth }: Column<Row>,
  first: boolean,
) {
  return {
    className: first ? styles.first : styles.cell,
    style: (first ? undefined : { '--width': `${width}rem` }) as CSSProperties | undefined,
    'data-align': first ? 'start' : align,
    'data-shown': shown,
    'data-full': fullWidth,
  }
}
