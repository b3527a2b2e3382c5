import type { BrowserError, LongTasks, VitalElement } from '@hotpath/core'
import { ClockTime } from '../../parts/clock-time.tsx'
import { RouteName } from '../../parts/route-name.tsx'
import { count, duration } from '../../parts/say.ts'
import { Section } from '../../parts/screen.tsx'
import type { Column } from '../../parts/table/column.ts'
import { DataTable } from '../../parts/table/data-table.tsx'
import { vitalText } from './vital-words.ts'
import styles from './vitals.module.css'

const route = <Row extends { route: string }>(): Column<Row> => ({
  id: 'route',
  label: 'Route',
  value: (row) => row.route,
  cell: (row) => <RouteName route={row.route} />,
  width: 12,
  align: 'start',
  fullWidth: true,
})

const elementColumns: readonly Column<VitalElement>[] = [
  {
    id: 'element',
    label: 'Element',
    value: ({ selector }) => selector,
    cell: ({ selector, script }) => (
      <>
        <code>{selector}</code>
        {script !== '' && <small className={styles.soft}> {script}</small>}
      </>
    ),
  },
  route(),
  { id: 'vital', label: 'Vital', value: ({ vital }) => vital, align: 'start', width: 4 },
  { id: 'count', label: 'Views', value: (row) => row.count, cell: (row) => count(row.count) },
  { id: 'mean', label: 'Mean', value: ({ mean }) => mean, cell: ({ vital, mean }) => vitalText(vital, mean) },
  {
    id: 'worst',
    label: 'Worst',
    value: ({ worst }) => worst,
    cell: ({ vital, worst }) => vitalText(vital, worst),
  },
]
const elementKey = ({ route, vital, selector }: VitalElement) => `${route} ${vital} ${selector}`

/** What was painted last, reacted slowest or moved most. */
export function ElementTable({ elements }: { elements: readonly VitalElement[] }) {
  if (elements.length === 0) return null
  return (
    <Section title="Offending elements" note="painted last, slowest to react, moved most">
      <DataTable
        label="Offending elements"
        rows={elements}
        columns={elementColumns}
        rowKey={elementKey}
        order={{ column: 'count', direction: 'descending' }}
        empty={null}
      />
    </Section>
  )
}

const taskColumns: readonly Column<LongTasks>[] = [
  { ...route<LongTasks>() },
  { id: 'count', label: 'Tasks', value: (row) => row.count, cell: (row) => count(row.count) },
  {
    id: 'total',
    label: 'Together',
    value: ({ totalMs }) => totalMs,
    cell: ({ totalMs }) => duration(Math.round(totalMs)),
    width: 6,
  },
  {
    id: 'longest',
    label: 'Longest',
    value: ({ longestMs }) => longestMs,
    cell: ({ longestMs }) => duration(Math.round(longestMs)),
    width: 6,
  },
]
const taskKey = ({ route }: LongTasks) => route

/** Tasks that kept pages from reacting. */
export function TaskTable({ tasks }: { tasks: readonly LongTasks[] }) {
  if (tasks.length === 0) return null
  return (
    <Section title="Long tasks" note="over 50 ms, in which a page cannot react">
      <DataTable
        label="Long tasks"
        rows={tasks}
        columns={taskColumns}
        rowKey={taskKey}
        order={{ column: 'total', direction: 'descending' }}
        empty={null}
      />
    </Section>
  )
}

const errorColumns: readonly Column<BrowserError>[] = [
  {
    id: 'error',
    label: 'Error',
    value: ({ name, file }) => `${name} ${file}`,
    cell: ({ name, file }) => (
      <>
        {name} <code>{file}</code>
      </>
    ),
  },
  route(),
  { id: 'count', label: 'Times', value: (row) => row.count, cell: (row) => count(row.count) },
  {
    id: 'last',
    label: 'Last',
    value: ({ lastAt }) => lastAt,
    cell: ({ lastAt }) => <ClockTime at={lastAt} />,
    width: 6,
  },
]
const errorKey = ({ route, name, file }: BrowserError) => `${route} ${name} ${file}`

/** Errors that no page caught. */
export function ErrorTable({ errors }: { errors: readonly BrowserError[] }) {
  if (errors.length === 0) return null
  return (
    <Section title="Errors in browsers" note="that no page caught: their name and file, never their message">
      <DataTable
        label="Errors in browsers"
        rows={errors}
        columns={errorColumns}
        rowKey={errorKey}
        order={{ column: 'count', direction: 'descending' }}
        empty={null}
      />
    </Section>
  )
}
