import { type Alert, type AlertState, formatDuration } from '@hotpath/core'
import { ClockTime } from '../../parts/clock-time.tsx'
import { StandingIcon, type Tone } from '../../parts/standing-icon.tsx'
import { routeAddress, ScreenLink } from '../../shell/screen-link.tsx'
import styles from './alerts-screen.module.css'

interface AlertCardProps {
  alert: Alert
  /** What is told together with it. */
  parts: readonly Alert[]
  /** The server's time. */
  now: number
}

const words: Record<AlertState, string> = { firing: 'Firing', pending: 'Pending', resolved: 'Resolved' }
const severities = { page: 'now', ticket: 'in the morning' } as const

/** One alert: what is wrong, why, and for how long. */
export function AlertCard({ alert, parts, now }: AlertCardProps) {
  const tone = toneOf(alert)
  const until = alert.resolvedAt ?? now
  return (
    <li className={styles.alert} data-tone={tone}>
      <p className={styles.head}>
        <span className={styles.state}>
          <StandingIcon tone={tone} />
          {words[alert.state]}
        </span>
        <span className={styles.soft}>
          since <ClockTime at={alert.since} /> ({formatDuration(Math.max(0, until - alert.since))})
        </span>
        {alert.state !== 'resolved' && (
          <span className={styles.soft}>look at it {severities[alert.severity]}</span>
        )}
        {alert.silence !== null && <span className={styles.soft}>silenced: not sent</span>}
        {alert.route !== null && (
          <ScreenLink to={routeAddress(alert.route)}>
            <span className="visually-hidden">{alert.route}: </span>Open the route
          </ScreenLink>
        )}
      </p>
      <p className={styles.sentence}>{alert.sentence}</p>
      <ul className={styles.evidence}>
        {alert.evidence.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {parts.length > 0 && (
        <details className={styles.parts}>
          <summary>{parts.length} more of the same</summary>
          <ul className={styles.evidence}>
            {parts.map(({ id, sentence }) => (
              <li key={id}>{sentence}</li>
            ))}
          </ul>
        </details>
      )}
    </li>
  )
}

function toneOf({ state, severity }: Alert): Tone {
  if (state === 'resolved') return 'good'
  return state === 'firing' && severity === 'page' ? 'bad' : 'warn'
}
