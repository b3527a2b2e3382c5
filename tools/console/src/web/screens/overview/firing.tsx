import { paths, type Alerts } from '@hotpath/core'
import { useApi } from '../../data/use-api.ts'
import { ClockTime } from '../../parts/clock-time.tsx'
import { StandingIcon } from '../../parts/standing-icon.tsx'
import { ScreenLink } from '../../shell/screen-link.tsx'
import styles from './firing.module.css'

/** The alerts that fire, a line each, but for the one that the verdict has just told of. */
export function Firing({ verdict }: { verdict: string }) {
  const { data } = useApi<Alerts>(paths.alerts)
  const firing = (data?.alerts ?? []).filter(
    ({ state, partOf, sentence }) =>
      state === 'firing' && partOf === null && !verdict.includes(sentence.replace(/\.$/, '')),
  )
  if (firing.length === 0) return null
  return (
    <section aria-label="Firing alerts">
      <ul className={styles.list}>
        {firing.map(({ id, severity, sentence, firedAt, since }) => (
          <li key={id} data-tone={severity === 'page' ? 'bad' : 'warn'}>
            <StandingIcon tone={severity === 'page' ? 'bad' : 'warn'} />
            <span className={styles.sentence}>{sentence}</span>
            <span className={styles.since}>
              since <ClockTime at={firedAt ?? since} />
            </span>
            <ScreenLink to="/alerts">
              Look<span className="visually-hidden"> at this alert</span>
            </ScreenLink>
          </li>
        ))}
      </ul>
    </section>
  )
}
