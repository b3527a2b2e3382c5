import { Breakable } from './breakable.tsx'
import styles from './route-name.module.css'

/** A route's pattern: its method softer, its path in the typeface of code. */
export function RouteName({ route }: { route: string }) {
  const space = route.indexOf(' ')
  const [method, path] = space === -1 ? ['', route] : [route.slice(0, space), route.slice(space + 1)]
  return (
    <>
      {method !== '' && <span className={styles.method}>{method} </span>}
      <span className={styles.path}>
        <Breakable text={path} />
      </span>
    </>
  )
}
