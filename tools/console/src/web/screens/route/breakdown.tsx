import { formatDuration, type RouteDetail, type RouteStatement } from '@hotpath/core'
import { Empty } from '../../parts/answered.tsx'
import { Bars } from '../../parts/bars.tsx'
import { Panel, Section } from '../../parts/screen.tsx'
import { ShareBar } from '../../parts/share-bar.tsx'
import type { Column } from '../../parts/table/column.ts'
import { DataTable } from '../../parts/table/data-table.tsx'
import { ScreenLink } from '../../shell/screen-link.tsx'
import styles from './route-screen.module.css'

const statementColumns: readonly Column<RouteStatement>[] = [
  {
    id: 'text',
    label: 'Statement',
    value: ({ text }) => text,
    cell: ({ text, fingerprint }) =>
      fingerprint === null ? (
        <code className={styles.statement}>{text}</code>
      ) : (
        <ScreenLink to={`/database?statement=${encodeURIComponent(fingerprint)}`}>
          <code className={styles.statement}>{text}</code>
        </ScreenLink>
      ),
  },
  {
    id: 'share',
    label: 'Time',
    value: ({ share }) => share,
    cell: ({ share }) => <ShareBar share={share} />,
    width: 7,
    align: 'start',
    fullWidth: true,
  },
  {
    id: 'calls',
    label: 'Calls',
    value: ({ calls }) => calls,
    cell: ({ calls }) => calls.toLocaleString('en-US'),
  },
  {
    id: 'meanMs',
    label: 'Mean',
    value: ({ meanMs }) => meanMs,
    cell: ({ meanMs }) => formatDuration(meanMs),
  },
]
const statementKey = ({ fingerprint, text }: RouteStatement) => fingerprint ?? text
const byShare = { column: 'share', direction: 'descending' } as const

/** What its requests came to, how long they took, and what they asked the database. */
export function Breakdown({ detail }: { detail: RouteDetail }) {
  const count = (value: number) => value.toLocaleString('en-US')
  const outcomes = Object.entries(detail.outcomes).filter(([, value]) => value > 0)
  const durations = detail.durations.filter(({ count }) => count > 0)
  return (
    <>
      <div className={styles.columns}>
        <Section title="Cache" note="in the last ten minutes">
          <Panel>
            {outcomes.length === 0 ? (
              <p>No request in this time.</p>
            ) : (
              <Bars bars={outcomes.map(([name, value]) => ({ name, value, text: count(value) }))} />
            )}
          </Panel>
        </Section>
        <Section title="Response times" note="since the start">
          <Panel>
            {durations.length === 0 ? (
              <p>No request yet.</p>
            ) : (
              <Bars
                bars={durations.map((bin) => ({
                  name: bin.upToMs === null ? 'above' : `up to ${formatDuration(bin.upToMs)}`,
                  value: bin.count,
                  text: count(bin.count),
                }))}
              />
            )}
          </Panel>
        </Section>
        <Section title="What made it slow" note="in the traces that were kept">
          <Panel>
            {detail.reasons.length === 0 ? (
              <p>No trace tells of anything slow.</p>
            ) : (
              <Bars
                bars={detail.reasons.map(({ kind, traces, ms }) => ({
                  name: kind,
                  value: ms,
                  text: `${formatDuration(ms)} in ${traces}`,
                }))}
              />
            )}
          </Panel>
        </Section>
        <Section title="Statuses" note="since the start">
          <Panel>
            <Bars
              bars={detail.statuses.map(({ status, count: n }) => ({
                name: status,
                value: n,
                text: count(n),
              }))}
            />
          </Panel>
        </Section>
      </div>
      <Section title="Statements" note="since the start">
        <DataTable
          label="Statements of this route"
          rows={detail.statements}
          columns={statementColumns}
          rowKey={statementKey}
          order={byShare}
          searchable={false}
          empty={<Empty title="It has sent no statement." />}
        />
      </Section>
    </>
  )
}
