import { formatDuration, type LoadRunSummary } from '@hotpath/core'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { Empty } from '../../parts/answered.tsx'
import { count, duration, perSecond, percent } from '../../parts/say.ts'
import { Section } from '../../parts/screen.tsx'
import type { Column } from '../../parts/table/column.ts'
import { DataTable } from '../../parts/table/data-table.tsx'
import { ScreenLink } from '../../shell/screen-link.tsx'
import { useAddress } from '../../shell/use-range.ts'
import { Judgement } from './judgement.tsx'
import { judgementOf } from './load-words.ts'
import styles from './loads.module.css'

/** The runs that are kept. Two that are marked can be compared: the older is A. */
export function RunList({ runs }: { runs: readonly LoadRunSummary[] }) {
  const [marked, setMarked] = useState<readonly string[]>([])
  const [, navigate] = useLocation()
  const address = useAddress()
  const toggle = (id: string): void =>
    setMarked(marked.includes(id) ? marked.filter((one) => one !== id) : [...marked, id].slice(-2))
  const [b, a] = runs.filter(({ id }) => marked.includes(id))
  return (
    <Section
      title="Runs"
      note={runs.length > 0 ? 'the newest hundred are kept' : undefined}
      actions={
        runs.length > 1 && (
          <button
            type="button"
            className="quiet-button"
            disabled={!a || !b}
            onClick={() =>
              a &&
              b &&
              navigate(address(`/loads/compare?a=${encodeURIComponent(a.id)}&b=${encodeURIComponent(b.id)}`))
            }
          >
            {a && b ? 'Compare the two' : 'Mark two to compare'}
          </button>
        )
      }
    >
      <DataTable
        label="Load runs"
        rows={runs}
        columns={columnsOf(marked, toggle)}
        rowKey={({ id }) => id}
        order={{ column: 'at', direction: 'descending' }}
        empty={
          <Empty title="No load was driven from here yet.">
            Start a run below: its result is kept and can be compared.
          </Empty>
        }
      />
    </Section>
  )
}

function columnsOf(
  marked: readonly string[],
  toggle: (id: string) => void,
): readonly Column<LoadRunSummary>[] {
  return [
    {
      id: 'verdict',
      label: 'Verdict',
      value: (run) => judgementOf(run).word,
      cell: (run) => (
        <span className={styles.verdict}>
          <Judgement run={run} />
          <ScreenLink to={`/loads/run?id=${encodeURIComponent(run.id)}`}>{run.scenario}</ScreenLink>
        </span>
      ),
    },
    {
      id: 'at',
      label: 'When',
      value: ({ startedAt }) => startedAt,
      cell: ({ startedAt }) => whenOf(startedAt),
      width: 7.5,
      align: 'start',
    },
    {
      id: 'rate',
      label: 'Rate',
      value: ({ achievedRate }) => achievedRate,
      cell: ({ achievedRate }) => perSecond(achievedRate),
      width: 5,
    },
    {
      id: 'length',
      label: 'Length',
      value: ({ durationMs }) => durationMs,
      cell: ({ durationMs }) => formatDuration(durationMs),
      width: 4.5,
      shown: 'wide',
    },
    {
      id: 'requests',
      label: 'Requests',
      value: ({ requests }) => requests,
      cell: ({ requests }) => count(requests),
      width: 5.5,
      shown: 'wide',
    },
    {
      id: 'p50',
      label: 'p50',
      value: ({ responseMs }) => responseMs.p50,
      cell: ({ responseMs }) => duration(responseMs.p50),
      width: 4.5,
    },
    {
      id: 'p95',
      label: 'p95',
      value: ({ responseMs }) => responseMs.p95,
      cell: ({ responseMs }) => duration(responseMs.p95),
      width: 4.5,
    },
    {
      id: 'errors',
      label: 'Errors',
      value: errorShare,
      cell: (run) => percent(errorShare(run)),
      width: 4.5,
    },
    {
      id: 'compare',
      label: 'Compare',
      value: ({ id }) => (marked.includes(id) ? 1 : 0),
      cell: (run) => (
        <input
          type="checkbox"
          aria-label={`Compare ${run.scenario} of ${whenOf(run.startedAt)}`}
          checked={marked.includes(run.id)}
          disabled={run.verdict === 'FAILED'}
          onChange={() => toggle(run.id)}
        />
      ),
      width: 5,
    },
  ]
}

const errorShare = ({ errors, requests }: LoadRunSummary) => (requests === 0 ? null : errors / requests)

const whenOf = (at: number) =>
  new Date(at).toLocaleString([], {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  })
