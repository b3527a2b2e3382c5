import { paths } from '@hotpath/core'
import { useSend } from '../../data/use-send.ts'
import { ActionButton } from '../../parts/action-button.tsx'
import { RouteName } from '../../parts/route-name.tsx'
import { Section } from '../../parts/screen.tsx'
import styles from './caches-screen.module.css'

/** The routes whose cache somebody turned off; nothing where all are on. */
export function OffRoutes({ routes }: { routes: readonly string[] }) {
  const turn = useSend<{ route: string; cache: 'on' }, unknown>(paths.cacheRoute)
  if (routes.length === 0) return null
  return (
    <Section title="Turned off" note="these routes are answered by their handlers until the process ends">
      <ul className={styles.off}>
        {routes.map((route) => (
          <li key={route}>
            <span>
              <RouteName route={route} />
            </span>
            <ActionButton quiet onClick={() => turn.send({ route, cache: 'on' })}>
              Turn on
            </ActionButton>
          </li>
        ))}
      </ul>
      {turn.problem !== null && <p role="alert">{turn.problem}</p>}
    </Section>
  )
}
