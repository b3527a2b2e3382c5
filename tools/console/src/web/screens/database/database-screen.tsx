import { type DatabaseHealth, type DatabaseReport, paths } from '@hotpath/core'
import { useApi } from '../../data/use-api.ts'
import { Answered } from '../../parts/answered.tsx'
import { Facts } from '../../parts/facts.tsx'
import { Notice } from '../../parts/notice.tsx'
import { count, duration, nothing, perSecond, percent } from '../../parts/say.ts'
import { Screen, Section } from '../../parts/screen.tsx'
import { HealthFindings } from './health-findings.tsx'
import { poolVerdict } from './pool-verdict.ts'
import { RepeatTable } from './repeat-table.tsx'
import { ReplicaTable } from './replica-table.tsx'
import { StatementTable } from './statement-table.tsx'

/** What the database is asked, what that costs, and what would mend it. */
export function DatabaseScreen() {
  const answer = useApi<DatabaseReport>(paths.database, { every: 5_000 })
  const health = useApi<DatabaseHealth>(paths.databaseHealth, { every: 60_000 })
  return (
    <Screen
      title="Database"
      lead="Statements of the process that answers since its start, without the values that they were asked with."
    >
      <Answered answer={answer} what="the database" height="12rem">
        {(report) => (
          <>
            <Notice {...poolVerdict(report)} />
            <Section
              title="Pool"
              note={`${report.kind === 'pglite' ? 'embedded' : 'PostgreSQL'}, process ${report.worker.number ?? report.worker.pid}`}
            >
              <Facts facts={poolFacts(report)} />
            </Section>
            <ReplicaTable router={report.router} />
            <StatementTable statements={report.statements} />
            <RepeatTable repeats={report.repeats} />
          </>
        )}
      </Answered>
      <Section title="Health" note="of the database itself: tables, indexes, settings, sessions">
        <Answered answer={health} what="the findings" height="10rem">
          {(found) => <HealthFindings health={found} />}
        </Answered>
      </Section>
    </Screen>
  )
}

function poolFacts({ pool, sizing }: DatabaseReport) {
  return [
    {
      name: 'In use',
      value: `${count(pool.total - pool.idle)} of ${count(pool.max)}`,
      note: `${count(pool.waiting)} callers waiting`,
    },
    { name: 'Wait p95', value: duration(pool.waitMs.p95), note: `p99 ${duration(pool.waitMs.p99)}` },
    { name: 'Held', value: duration(pool.holdMs.mean), note: `p95 ${duration(pool.holdMs.p95)}` },
    { name: 'Asked for', value: perSecond(pool.perSecond), note: `${count(pool.acquired)} so far` },
    {
      name: 'All taken',
      value: percent(pool.saturation),
      note: `of the time; ${count(pool.timeouts)} waited in vain`,
    },
    {
      name: 'Advised size',
      value: sizing ? count(sizing.size) : nothing,
      note: sizing ? `${count(sizing.total)} of ${count(sizing.maxConnections)} in all` : 'one connection',
    },
  ]
}
