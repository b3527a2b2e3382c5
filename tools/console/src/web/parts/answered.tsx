import type { ReactNode } from 'react'
import type { Answer } from '../data/use-api.ts'
import styles from './answered.module.css'
import { ClockTime } from './clock-time.tsx'

interface AnsweredProps<T> {
  answer: Answer<T>
  /** What is asked for, as it stands after "Loading": `the caches`. */
  what: string
  /** The height that the content will take, so that nothing moves when it comes. @default '12rem' */
  height?: string
  children: (data: T) => ReactNode
}

/** Shows what was answered, or that it is being asked for, or why there is nothing; old figures are marked as old. */
export function Answered<T>({ answer, what, height = '12rem', children }: AnsweredProps<T>) {
  const { data, problem, answeredAt, retry } = answer
  if (data === undefined && problem !== null) return <Problem what={what} why={problem} onRetry={retry} />
  if (data === undefined) {
    return (
      <div className={styles.loading} aria-busy="true" style={{ height }}>
        <p className="visually-hidden">Loading {what}…</p>
      </div>
    )
  }
  return (
    <>
      {problem !== null && (
        <p className={styles.old}>
          <span>
            These figures are from <ClockTime at={answeredAt} />: {problem}
          </span>
          <button type="button" className="quiet-button" onClick={retry}>
            Try now
          </button>
        </p>
      )}
      <div className={styles.content} data-old={problem !== null}>
        {children(data)}
      </div>
    </>
  )
}

function Problem({ what, why, onRetry }: { what: string; why: string; onRetry: () => void }) {
  return (
    <div className={styles.problem}>
      <p>
        <strong>Cannot show {what}.</strong> {why}
      </p>
      <button type="button" className="quiet-button" onClick={onRetry}>
        Try again
      </button>
    </div>
  )
}

/** Says that there is nothing, why, and what would change that. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p className={styles.emptyTitle}>{title}</p>
      {children !== undefined && <div className={styles.emptyText}>{children}</div>}
    </div>
  )
}
