import { formatDuration, type Overview } from '@hotpath/core'
import { Mark } from './mark.tsx'
import styles from './masthead.module.css'

const databases: Record<Overview['database'], string> = {
  postgres: 'Postgres',
  pglite: 'PGlite',
  none: 'None',
}

/** Whose figures these are: the application, whether the layer is on, its database, and for how long it has run. */
export function Masthead({ overview, isLive }: { overview: Overview; isLive: boolean }) {
  const { app, layer, database, startedAt, now } = overview
  return (
    <header className={styles.masthead}>
      <div className={styles.name}>
        <Mark />
        <h1 className={styles.app}>
          <span className="visually-hidden">Hotpath: </span>
          {app}
        </h1>
        <span className={styles.layer} data-layer={layer}>
          Layer {layer}
        </span>
      </div>
      <dl className={styles.facts}>
        <div>
          <dt>Database</dt>
          <dd>{databases[database]}</dd>
        </div>
        <div>
          <dt>Uptime</dt>
          <dd className={styles.uptime} title={`Started ${new Date(startedAt).toLocaleString()}`}>
            {formatDuration(wholeSeconds(now - startedAt))}
          </dd>
        </div>
        <div>
          <dt className="visually-hidden">Connection</dt>
          <dd className={styles.pulse} data-live={isLive}>
            {isLive ? 'Live' : 'Away'}
          </dd>
        </div>
      </dl>
    </header>
  )
}

function wholeSeconds(ms: number): number {
  return Math.max(0, Math.floor(ms / 1000) * 1000)
}
