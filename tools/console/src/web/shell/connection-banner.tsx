import type { Answer } from '../data/use-api.ts'
import { ClockTime } from '../parts/clock-time.tsx'
import styles from './connection-banner.module.css'

/** Says that the server is away, since when, and what happens about it. */
export function ConnectionBanner({ answer }: { answer: Answer<unknown> }) {
  const { problem, answeredAt, retry } = answer
  return (
    <div className={styles.banner}>
      <p>
        <strong>Cannot reach the server</strong>
        {answeredAt > 0 && (
          <>
            {' '}
            since <ClockTime at={answeredAt} />
          </>
        )}
        . {problem} {answeredAt > 0 && 'The figures below are from before. '}
        It is tried again every few seconds.
      </p>
      <button type="button" className="quiet-button" onClick={retry}>
        Try now
      </button>
    </div>
  )
}
