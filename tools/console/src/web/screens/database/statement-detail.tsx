import { formatDuration, type StatementFigures, type StatementShare } from '@hotpath/core'
import { CodeBlock } from '../../parts/code-block.tsx'
import { RouteName } from '../../parts/route-name.tsx'
import { count, duration } from '../../parts/say.ts'
import { ScreenLink, routeAddress } from '../../shell/screen-link.tsx'
import styles from './database.module.css'
import { planLines } from './plan-lines.ts'

const mostShares = 8

/** One statement in full: its text, who sends it, how the database ran its slow execution. */
export function StatementDetail({ statement }: { statement: StatementFigures }) {
  const { sql, errors, meanWaitMs, maxMs, routes, sites, plan } = statement
  return (
    <div className={styles.detail}>
      <CodeBlock label="statement" text={sql} />
      <p>
        At most {duration(maxMs)}; waits of {duration(meanWaitMs)} for a connection on average;{' '}
        {count(errors)} errors.
      </p>
      <div className={styles.shares}>
        <Shares title="Routes" shares={routes} isRoute />
        <Shares title="Lines of code" shares={sites} />
      </div>
      <Parameters statement={statement} />
      {plan && <Plan plan={plan} />}
    </div>
  )
}

function Shares({
  title,
  shares,
  isRoute = false,
}: {
  title: string
  shares: readonly StatementShare[]
  isRoute?: boolean
}) {
  if (shares.length === 0) return null
  return (
    <div>
      <h3>{title}</h3>
      <ul>
        {shares.slice(0, mostShares).map(({ name, calls, totalMs }) => (
          <li key={name}>
            <span>
              {isRoute && name.includes(' /') ? (
                <ScreenLink to={routeAddress(name)}>
                  <RouteName route={name} />
                </ScreenLink>
              ) : (
                <code>{name}</code>
              )}
            </span>
            <span>
              {count(calls)} calls, {formatDuration(totalMs)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Parameters({ statement: { parameters } }: { statement: StatementFigures }) {
  if (!parameters || parameters.length === 0) return null
  return (
    <div>
      <h3>Values of slow executions</h3>
      <ul className={styles.values}>
        {parameters.map(({ values, durationMs }, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- the slowest first, without a name of their own
          <li key={index}>
            {duration(durationMs)}: <code>{JSON.stringify(values)}</code>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Plan({ plan }: { plan: NonNullable<StatementFigures['plan']> }) {
  return (
    <div>
      <h3>Plan of an execution of {duration(plan.durationMs)}</h3>
      {plan.plan === null ? (
        <p>There is none: {plan.problem ?? 'the database could not be asked.'}</p>
      ) : (
        <ol className={styles.plan}>
          {planLines(plan.plan).map(({ depth, what, facts, isScan }, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- a plan does not change while it is shown
            <li key={index} style={{ paddingInlineStart: `${depth * 1.25}rem` }} data-scan={isScan}>
              <strong>{what}</strong>
              {isScan && <em> reads the whole table</em>}
              <span>{facts.join(' · ')}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  )
}
