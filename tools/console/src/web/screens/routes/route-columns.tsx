import { type BudgetVerdict, formatBytes, formatDuration, formatValue, type RouteRow } from '@hotpath/core'
import { BudgetBadge } from '../../parts/budget-badge.tsx'
import { roundTo } from '../../parts/round-to.ts'
import { RouteName } from '../../parts/route-name.tsx'
import { ShareBar } from '../../parts/share-bar.tsx'
import type { Column } from '../../parts/table/column.ts'
import { routeAddress, ScreenLink } from '../../shell/screen-link.tsx'

const severity: Record<BudgetVerdict, number> = { missed: 2, 'not measured': 1, met: 0 }

/** What is shown of a route in a table. */
export const routeColumns: readonly Column<RouteRow>[] = [
  {
    id: 'route',
    label: 'Route',
    value: ({ route }) => route,
    cell: ({ route }) => (
      <ScreenLink to={routeAddress(route)}>
        <RouteName route={route} />
      </ScreenLink>
    ),
  },
  {
    id: 'timeShare',
    label: 'Time',
    value: ({ timeShare }) => timeShare,
    cell: ({ timeShare }) => <ShareBar share={timeShare} />,
    width: 6.5,
    align: 'start',
    fullWidth: true,
  },
  {
    id: 'perSecond',
    label: 'Rate',
    value: ({ perSecond }) => perSecond,
    cell: ({ perSecond }) => formatValue(roundTo(0.01, perSecond), 'perSecond'),
    width: 4.25,
  },
  duration('p50Ms', 'p50', 'widest'),
  duration('p95Ms', 'p95', 'always'),
  duration('p99Ms', 'p99', 'always'),
  {
    id: 'errors',
    label: 'Errors',
    value: ({ errors }) => errors,
    cell: ({ errors }) => <span data-bad={errors > 0}>{formatValue(roundTo(0.0001, errors), 'ratio')}</span>,
    width: 3.75,
  },
  {
    id: 'hit',
    label: 'Hit',
    value: ({ hit }) => hit,
    cell: ({ hit }) =>
      hit === null ? <span title="Never cached">–</span> : formatValue(roundTo(0.001, hit), 'ratio'),
    width: 3.75,
  },
  {
    id: 'statements',
    label: 'SQL/req',
    value: ({ statementsPerRequest }) => statementsPerRequest,
    cell: ({ statementsPerRequest: each }) =>
      each === null ? <span title="No request reached the handler">–</span> : roundTo(0.1, each).toFixed(1),
    width: 4.25,
    shown: 'widest',
  },
  {
    id: 'bytes',
    label: 'Bytes',
    value: ({ meanBytes }) => meanBytes,
    cell: ({ meanBytes }) => formatBytes(meanBytes),
    width: 4.25,
    shown: 'widest',
  },
  {
    id: 'budget',
    label: 'Budget',
    value: ({ budget }) => budget && severity[budget.verdict],
    cell: ({ budget }) => <BudgetBadge budget={budget} />,
    width: 8.5,
    align: 'start',
    fullWidth: true,
  },
]

function duration(
  id: 'p50Ms' | 'p95Ms' | 'p99Ms',
  label: string,
  shown: 'always' | 'widest',
): Column<RouteRow> {
  return {
    id,
    label,
    value: (row) => row[id],
    cell: (row) => formatDuration(row[id]),
    width: 4.25,
    shown,
  }
}
