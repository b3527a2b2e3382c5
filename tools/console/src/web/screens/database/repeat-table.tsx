import type { RepeatFigures } from '@hotpath/core'
import { Empty } from '../../parts/answered.tsx'
import { CodeBlock } from '../../parts/code-block.tsx'
import { RouteName } from '../../parts/route-name.tsx'
import { duration } from '../../parts/say.ts'
import { Section } from '../../parts/screen.tsx'
import { ScreenLink, routeAddress } from '../../shell/screen-link.tsx'
import styles from './database.module.css'

const most = 20

/** Statements sent again and again within one request (N+1). */
export function RepeatTable({ repeats }: { repeats: readonly RepeatFigures[] }) {
  return (
    <Section title="Again and again" note="the same statement, many times within one request (N+1)">
      {repeats.length === 0 ? (
        <Empty title="None was found.">No request sends the same statement over and over.</Empty>
      ) : (
        <ul className={styles.repeats}>
          {repeats.slice(0, most).map((repeat) => (
            <Repeat key={`${repeat.fingerprint} ${repeat.route} ${repeat.site}`} repeat={repeat} />
          ))}
        </ul>
      )}
    </Section>
  )
}

function Repeat({ repeat }: { repeat: RepeatFigures }) {
  const { route, site, perRequest, most: highest, totalMs, requests, sql, suggestion } = repeat
  return (
    <li>
      <p className={styles.repeat}>
        <strong>{Number(perRequest.toPrecision(3))} per request</strong>, at most {highest}, in{' '}
        <ScreenLink to={routeAddress(route)}>
          <RouteName route={route} />
        </ScreenLink>{' '}
        at <code>{site}</code>: {duration(totalMs)} in {requests.toLocaleString('en-US')} requests.
      </p>
      <code className={styles.sql}>{sql}</code>
      {suggestion !== null && (
        <>
          <p className={styles.soft}>One statement that does the work of all:</p>
          <CodeBlock label="suggestion" text={suggestion} />
        </>
      )}
    </li>
  )
}
