import type { StatementFigures } from '@hotpath/core'
import { useState } from 'react'
import { useSearchParams } from 'wouter'
import { Empty } from '../../parts/answered.tsx'
import { RouteName } from '../../parts/route-name.tsx'
import { count, duration, nothing } from '../../parts/say.ts'
import { Section } from '../../parts/screen.tsx'
import { ShareBar } from '../../parts/share-bar.tsx'
import type { Column } from '../../parts/table/column.ts'
import { DataTable } from '../../parts/table/data-table.tsx'
import styles from './database.module.css'
import { StatementDetail } from './statement-detail.tsx'

const rowKey = ({ fingerprint, sql }: StatementFigures) => fingerprint || sql

/** So many are shown at first: the rest takes hardly any time. */
const first = 20

/** The statements that take most time in total. Which one is open stands in the address. */
export function StatementTable({ statements }: { statements: readonly StatementFigures[] }) {
  const [parameters, setParameters] = useSearchParams()
  const open = parameters.get('statement') ?? ''
  const [showsAll, setShowsAll] = useState(false)
  const total = statements.reduce((sum, { totalMs }) => sum + totalMs, 0)
  const toggle = (key: string): void =>
    setParameters((before) => {
      const next = new URLSearchParams(before)
      if (open === key) next.delete('statement')
      else next.set('statement', key)
      return next
    })
  return (
    <Section
      title="Statements"
      note="by the time that they took in total"
      actions={
        statements.length > first && (
          <button type="button" className="quiet-button" onClick={() => setShowsAll(!showsAll)}>
            {showsAll ? `The first ${first}` : `All ${statements.length}`}
          </button>
        )
      }
    >
      <DataTable
        label="Statements"
        rows={showsAll ? statements : statements.slice(0, first)}
        columns={columnsOf({ total, open, toggle })}
        rowKey={rowKey}
        order={{ column: 'time', direction: 'descending' }}
        detail={detailOf(open)}
        empty={<Empty title="No statement was sent yet." />}
      />
    </Section>
  )
}

/** Below the open row. */
const detailOf = (open: string) => (row: StatementFigures) =>
  rowKey(row) === open ? <StatementDetail statement={row} /> : null

interface Columns {
  total: number
  open: string
  toggle: (key: string) => void
}

function columnsOf({ total, open, toggle }: Columns): readonly Column<StatementFigures>[] {
  return [
    {
      id: 'sql',
      label: 'Statement',
      value: ({ sql }) => sql,
      cell: (row) => (
        <button
          type="button"
          className={styles.statement}
          aria-expanded={rowKey(row) === open}
          onClick={() => toggle(rowKey(row))}
        >
          <code>{row.sql}</code>
        </button>
      ),
    },
    {
      id: 'time',
      label: 'Time',
      value: ({ totalMs }) => totalMs,
      cell: ({ totalMs }) => <ShareBar share={total === 0 ? 0 : totalMs / total} />,
      width: 7.5,
      align: 'start',
      fullWidth: true,
    },
    {
      id: 'calls',
      label: 'Calls',
      value: ({ calls }) => calls,
      cell: ({ calls }) => count(calls),
      width: 4.75,
    },
    {
      id: 'p50',
      label: 'p50',
      value: ({ p50Ms }) => p50Ms,
      cell: ({ p50Ms }) => duration(p50Ms),
      width: 4.25,
    },
    {
      id: 'p95',
      label: 'p95',
      value: ({ p95Ms }) => p95Ms,
      cell: ({ p95Ms }) => duration(p95Ms),
      width: 4.5,
    },
    {
      id: 'rows',
      label: 'Rows',
      value: ({ rows, calls }) => rows / Math.max(1, calls),
      cell: ({ rows, calls }) =>
        (rows / Math.max(1, calls)).toLocaleString('en-US', { maximumFractionDigits: 1 }),
      width: 5,
      shown: 'wide',
    },
    {
      id: 'route',
      label: 'Route',
      value: ({ routes }) => routes[0]?.name ?? null,
      cell: ({ routes }) => (routes[0] ? <RouteName route={routes[0].name} /> : nothing),
      width: 11,
      align: 'start',
      shown: 'wide',
      fullWidth: true,
    },
  ]
}
