import { ClockTime } from './clock-time.tsx'
import styles from './connection-banner.module.css'

interface ConnectionBannerProps {
  why: string
  /** Milliseconds since 1970. */
  since: number
  /** When the next try is due, milliseconds since 1970. */
  retryAt: number
  /** Whether figures from before are still on the screen. */
  showsOld: boolean
  onRetry: () => void
}

/** Says that the server is away, since when, and what happens about it. */
export function ConnectionBanner({ why, since, retryAt, showsOld, onRetry }: ConnectionBannerProps) {
  return (
    <div className={styles.banner}>
      <p>
        <strong>Cannot reach the server</strong> since <ClockTime at={since} />. {why}{' '}
        {showsOld && 'The figures below are from before. '}
        Next try at <ClockTime at={retryAt} />.
      </p>
      <button type="button" onClick={onRetry}>
        Try now
      </button>
    </div>
  )
}
