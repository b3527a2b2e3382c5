import type { ReactNode } from 'react'
import styles from './facts.module.css'

/** One named figure. */
export interface Fact {
  name: string
  value: ReactNode
  /** Below the value, smaller. */
  note?: ReactNode
}

/** Named figures side by side, in a frame. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(({ name, value, note }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value}
            {note !== undefined && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
