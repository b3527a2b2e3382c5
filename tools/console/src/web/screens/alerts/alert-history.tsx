import type { AlertEvent } from '@hotpath/core'
import { Empty } from '../../parts/answered.tsx'
import { DateTime } from '../../parts/date-time.tsx'
import { Panel } from '../../parts/screen.tsx'
import { StandingIcon, type Tone } from '../../parts/standing-icon.tsx'
import styles from './alerts-screen.module.css'

const kinds: Record<AlertEvent['kind'], { word: string; tone: Tone }> = {
  firing: { word: 'Fired', tone: 'bad' },
  resolved: { word: 'Resolved', tone: 'good' },
  silenced: { word: 'Silenced', tone: 'idle' },
  deploy: { word: 'Deploy', tone: 'idle' },
  test: { word: 'Test', tone: 'idle' },
}

/** What happened, the newest first; it survives a restart. */
export function AlertHistory({ events }: { events: readonly AlertEvent[] }) {
  if (events.length === 0) return <Empty title="Nothing has happened yet." />
  return (
    <Panel>
      <ol className={styles.events}>
        {events.map(({ at, kind, alert, text }) => (
          <li key={`${at} ${kind} ${alert ?? ''}`}>
            <span className={styles.when}>
              <DateTime at={at} />
            </span>
            <span className={styles.kind} data-tone={kinds[kind].tone}>
              <StandingIcon tone={kinds[kind].tone} />
              {kinds[kind].word}
            </span>
            <span>{text}</span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
