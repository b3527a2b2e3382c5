import styles from './change.module.css'

interface ChangeProps {
  /** This minute divided by the five before it. */
  ratio: number | null
  /** Undefined where neither way is better in itself. */
  lowerIsBetter: boolean | undefined
}

/** How a figure moved: an arrow, by how much, and whether that is better or worse. */
export function Change({ ratio, lowerIsBetter }: ChangeProps) {
  if (ratio === null) return <>no earlier figure</>
  const percent = Math.round((ratio - 1) * 100)
  if (percent === 0) return <>steady</>
  const rises = percent > 0
  const judgement = lowerIsBetter === undefined ? '' : rises === lowerIsBetter ? 'worse' : 'better'
  return (
    <>
      <svg className={styles.arrow} viewBox="0 0 10 10" aria-hidden="true">
        <path d={rises ? 'M5 1.5 9 8.5H1Z' : 'M5 8.5 1 1.5h8Z'} />
      </svg>
      <span className="visually-hidden">{rises ? 'up ' : 'down '}</span>
      <span className={styles.percent}>{percent > 999 ? 'over 10 ×' : `${Math.abs(percent)}%`}</span>{' '}
      {judgement}
    </>
  )
}
