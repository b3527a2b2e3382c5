import type { SlowView } from '@hotpath/core'
import { useSearchParams } from 'wouter'
import { ClockTime } from '../../parts/clock-time.tsx'
import { RouteName } from '../../parts/route-name.tsx'
import { duration, nothing } from '../../parts/say.ts'
import { Section } from '../../parts/screen.tsx'
import type { Column } from '../../parts/table/column.ts'
import { DataTable } from '../../parts/table/data-table.tsx'
import { TraceView } from '../../parts/trace-view.tsx'
import styles from './vitals.module.css'

const columns: readonly Column<SlowView>[] = [
  { id: 'at', label: 'When', value: ({ at }) => at, cell: ({ at }) => <ClockTime at={at} />, width: 6 },
  { id: 'lcp', label: 'LCP', value: ({ lcpMs }) => lcpMs, cell: ({ lcpMs }) => duration(Math.round(lcpMs)) },
  {
    id: 'ttfb',
    label: 'First byte',
    value: ({ ttfbMs }) => ttfbMs,
    cell: ({ ttfbMs }) => duration(ttfbMs === null ? null : Math.round(ttfbMs)),
    width: 6,
  },
  {
    id: 'cache',
    label: 'Cache',
    value: ({ cache }) => cache,
    cell: ({ cache }) => cache ?? nothing,
    align: 'start',
  },
  {
    id: 'database',
    label: 'Database',
    value: ({ databaseMs }) => databaseMs,
    cell: ({ databaseMs }) => duration(databaseMs),
    width: 6,
  },
  {
    id: 'device',
    label: 'Device',
    value: ({ device }) => device,
    width: 6,
    align: 'start',
    shown: 'wide',
  },
  {
    id: 'connection',
    label: 'Connection',
    value: ({ connection }) => connection,
    width: 7,
    align: 'start',
    shown: 'wide',
  },
]

const rowKey = ({ at, route, lcpMs }: SlowView) => `${at} ${route} ${lcpMs}`

/** The slowest page loads, with the server's trace of each below it; nothing before the first. */
export function SlowViews({ views }: { views: readonly SlowView[] }) {
  const [parameters, setParameters] = useSearchParams()
  const open = parameters.get('trace')
  if (views.length === 0) return null
  const toggle = (trace: string): void =>
    setParameters((before) => {
      const next = new URLSearchParams(before)
      if (open === trace) next.delete('trace')
      else next.set('trace', trace)
      return next
    })
  return (
    <Section title="Slowest page loads" note="with the server’s part in them">
      <DataTable
        label="Slowest page loads"
        rows={views}
        columns={[routeColumn(open, toggle), ...columns]}
        rowKey={rowKey}
        order={{ column: 'lcp', direction: 'descending' }}
        searchable={false}
        detail={detailOf(open)}
        empty={null}
      />
    </Section>
  )
}

/** Below the open row. */
const detailOf = (open: string | null) => (view: SlowView) =>
  view.trace !== null && view.trace === open ? <TraceView id={view.trace} /> : null

function routeColumn(open: string | null, toggle: (trace: string) => void): Column<SlowView> {
  return {
    id: 'route',
    label: 'Route',
    value: ({ route }) => route,
    cell: ({ route, trace }) =>
      trace === null ? (
        <RouteName route={route} />
      ) : (
        <button
          type="button"
          className={styles.open}
          aria-expanded={trace === open}
          onClick={() => toggle(trace)}
        >
          <RouteName route={route} />
        </button>
      ),
  }
}
