import { paths, type Alerts, type Overview } from '@hotpath/core'
import { useApi } from '../data/use-api.ts'
import { standings, StandingIcon } from '../parts/standing-icon.tsx'
import { verdictWords } from '../parts/standing.ts'
import styles from './navigation.module.css'
import { ScreenLink } from './screen-link.tsx'
import { screens } from './screens.ts'

interface NavigationProps {
  /** The path of the entry to mark. */
  current: string | undefined
  verdict: Overview['verdict'] | undefined
}

/** The screens, with how things stand at the first and how many alerts fire at theirs. */
export function Navigation({ current, verdict }: NavigationProps) {
  const { data } = useApi<Alerts>(paths.alerts, { every: 5_000 })
  const firing = data?.alerts.filter(({ state }) => state === 'firing').length ?? 0
  return (
    <nav className={styles.navigation} aria-label="Screens">
      <ul className={styles.list}>
        {screens
          .filter(({ under }) => under === undefined)
          .map(({ path, title }) => (
            <li key={path}>
              <ScreenLink to={path} className={styles.link} current={current === path}>
                {title}
                {path === '/' && verdict && (
                  <span className={styles.standing} data-tone={standings[verdict.state]}>
                    <StandingIcon tone={standings[verdict.state]} />
                    <span className="visually-hidden">: {verdictWords[verdict.state]}</span>
                  </span>
                )}
                {path === '/alerts' && firing > 0 && (
                  <span className={styles.count}>
                    {firing}
                    <span className="visually-hidden"> firing</span>
                  </span>
                )}
              </ScreenLink>
            </li>
          ))}
      </ul>
    </nav>
  )
}
