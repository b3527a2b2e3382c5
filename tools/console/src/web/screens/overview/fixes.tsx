import { type Fix, formatDuration } from '@hotpath/core'
import { Empty } from '../../parts/answered.tsx'
import { CodeBlock } from '../../parts/code-block.tsx'
import { Section } from '../../parts/screen.tsx'
import { routeAddress, ScreenLink } from '../../shell/screen-link.tsx'
import styles from './fixes.module.css'

/** What to do next, the most time saved first: evidence and action with each. */
export function Fixes({ fixes }: { fixes: readonly Fix[] }) {
  return (
    <Section title="Fix next" note="by the time it saves">
      {fixes.length === 0 ? (
        <Empty title="Nothing stands out.">
          Missing indexes, repeated statements, routes that could be cached and what runs short are looked for
          once a minute.
        </Empty>
      ) : (
        <ol className={styles.list}>
          {fixes.map((fix, index) => (
            <li key={fix.id}>
              <details className={styles.fix} name="fix-next">
                <summary>
                  <span className={styles.rank}>{index + 1}</span>
                  <span className={styles.title}>{fix.title}</span>
                  {fix.savedMsPerSecond > 0 && (
                    <span
                      className={styles.saved}
                      title="At most so much waiting goes away in a second of this traffic"
                    >
                      up to {formatDuration(fix.savedMsPerSecond)} a second
                    </span>
                  )}
                </summary>
                <Details fix={fix} />
              </details>
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}

function Details({ fix: { evidence, action, route } }: { fix: Fix }) {
  return (
    <div className={styles.details}>
      <ul className={styles.evidence}>
        {evidence.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <p>{action.text}</p>
      {action.sql !== undefined && <CodeBlock label="Statements to run" text={action.sql} />}
      {action.command !== undefined && <CodeBlock label="Command" text={action.command} />}
      <p className={styles.links}>
        {route !== null && <ScreenLink to={routeAddress(route)}>Open the route</ScreenLink>}
        {action.screen !== undefined && (
          <ScreenLink to={`/${action.screen.replace(/^\//, '')}`}>See more</ScreenLink>
        )}
      </p>
    </div>
  )
}
