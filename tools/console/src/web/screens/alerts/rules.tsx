import { type AlertRule, formatValue } from '@hotpath/core'
import { Empty } from '../../parts/answered.tsx'
import { RouteName } from '../../parts/route-name.tsx'
import { StandingIcon, type Tone } from '../../parts/standing-icon.tsx'
import type { Column } from '../../parts/table/column.ts'
import { DataTable } from '../../parts/table/data-table.tsx'
import { routeAddress, ScreenLink } from '../../shell/screen-link.tsx'
import styles from './alerts-screen.module.css'

const states: Record<AlertRule['state'], { word: string; tone: Tone; rank: number }> = {
  firing: { word: 'Firing', tone: 'bad', rank: 5 },
  pending: { word: 'Pending', tone: 'warn', rank: 4 },
  resolved: { word: 'Resolved', tone: 'good', rank: 3 },
  ok: { word: 'Holds', tone: 'good', rank: 2 },
  'too few requests': { word: 'Too few', tone: 'idle', rank: 1 },
  'not watched': { word: 'Not watched', tone: 'idle', rank: 0 },
}

const columns: readonly Column<AlertRule>[] = [
  {
    id: 'budget',
    label: 'Budget',
    value: ({ route, budget }) => `${route ?? ''} ${budget}`,
    cell: ({ route, budget }) => (
      <>
        <b>{budget}</b>
        <br />
        {route === null ? (
          'all requests'
        ) : (
          <ScreenLink to={routeAddress(route)}>
            <RouteName route={route} />
          </ScreenLink>
        )}
      </>
    ),
  },
  {
    id: 'state',
    label: 'State',
    value: ({ state }) => states[state].rank,
    cell: ({ state, reason }) => (
      <span className={styles.kind} data-tone={states[state].tone} title={reason}>
        <StandingIcon tone={states[state].tone} />
        {states[state].word}
      </span>
    ),
    width: 7.5,
    align: 'start',
    fullWidth: true,
  },
  {
    id: 'value',
    label: 'Now',
    value: ({ value }) => value,
    cell: nowText,
    width: 6,
  },
  {
    id: 'requests',
    label: 'Requests',
    value: ({ requests }) => requests,
    cell: ({ requests }) => requests.toLocaleString('en-US'),
    width: 5.5,
    shown: 'wide',
  },
  {
    id: 'condition',
    label: 'Fires when',
    value: ({ condition }) => condition,
    cell: ({ condition, reason, state }) => (
      <span className={styles.condition}>{state === 'not watched' ? reason : condition}</span>
    ),
    width: 25,
    align: 'start',
    shown: 'wide',
    fullWidth: true,
  },
]
/** A time budget is watched by the share of requests over its bound. */
function nowText({ budget, value, unit }: AlertRule): string {
  if (value === null) return '–'
  const text = formatValue(value, unit)
  return unit === 'ratio' && /\d(ms|s)$/.test(budget) ? `${text} over` : text
}

const rowKey = ({ id }: AlertRule) => id
const byState = { column: 'state', direction: 'descending' } as const

/** Every promise that is watched, and how it stands. */
export function Rules({ rules }: { rules: readonly AlertRule[] }) {
  return (
    <DataTable
      label="Budgets and rules"
      rows={rules}
      columns={columns}
      rowKey={rowKey}
      order={byState}
      empty={
        <Empty title="No budget is declared.">
          A route's <code>budget</code> or a target of the application makes one, and its alert.
        </Empty>
      }
    />
  )
}
