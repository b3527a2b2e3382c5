import type { SlowView } from '@hotpath/core'
import { ClockTime } from '../../parts/clock-time.tsx'
import { RouteName } from '../../parts/route-name.tsx'
import { duration, nothing } from '../../parts/say.ts'
import { Section } from '../../parts/screen.tsx'
import type { Column } from '../../parts/table/column.ts'
import { DataTable } from '../../parts/table/data-table.tsx'
import { ScreenLink, routeAddress } from '../../shell/screen-link.tsx'

const columns: readonly Column<SlowView>[] = [
  {
    id: 'route',
    label: 'Route',
    value: ({ route }) => route,
    cell: ({ route, trace }) =>
      trace === null ? (
        <RouteName route={route} />
      ) : (
        <ScreenLink to={`${routeAddress(route)}&trace=${encodeURIComponent(trace)}`}>
          <RouteName route={route} />
        </ScreenLink>
      ),
  },
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
  { id: 'device', label: 'Device', value: ({ device }) => device, width: 6, align: 'start', shown: 'wide' },
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

/** The slowest page loads, with what the server said of them; nothing before the first. */
export function SlowViews({ views }: { views: readonly SlowView[] }) {
  if (views.length === 0) return null
  return (
    <Section title="Slowest page loads" note="with the server’s part in them">
      <DataTable
        label="Slowest page loads"
        rows={views}
        columns={columns}
        rowKey={rowKey}
        order={{ column: 'lcp', direction: 'descending' }}
        searchable={false}
        empty={null}
      />
    </Section>
  )
}
