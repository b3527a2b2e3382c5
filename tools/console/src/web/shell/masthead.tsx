import { formatDuration, type Overview } from '@hotpath/core'
import { useRole } from '../data/use-role.ts'
import { Mark } from './mark.tsx'
import styles from './masthead.module.css'
import { ScreenLink } from './screen-link.tsx'

const databases: Record<Overview['database'], string> = {
  postgres: 'Postgres',
  pglite: 'PGlite',
  none: 'no database',
}

/** Whose figures these are: the application, whether the layer is on, its database, and for how long it has run. */
export function Masthead({ overview, isLive }: { overview: Overview | undefined; isLive: boolean }) {
  const { role } = useRole()
  return (
    <header className={styles.masthead}>
      <ScreenLink to="/" className={styles.name}>
        <Mark />
        <span className={styles.app}>
          <span className="visually-hidden">Hotpath: </span>
          {overview?.app ?? 'Hotpath'}
        </span>
      </ScreenLink>
      <ul className={styles.facts}>
        <li className={styles.pulse} data-live={isLive}>
          {isLive ? 'Live' : overview ? 'Away' : 'Connecting'}
        </li>
        {overview && (
          <>
            <li className={styles.layer} data-layer={overview.layer}>
              Layer {overview.layer}
            </li>
            <li className={styles.soft} title={`Started ${new Date(overview.startedAt).toLocaleString()}`}>
              {databases[overview.database]}, up{' '}
              {formatDuration(wholeSeconds(overview.now - overview.startedAt))}
            </li>
          </>
        )}
        {role === 'viewer' && <li className={styles.layer}>Read-only</li>}
      </ul>
    </header>
  )
}

function wholeSeconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000) * 1000)
}
