import type { VitalName, Vitals, VitalsOfRoute, VitalsRow } from '@hotpath/core'
import { useSearchParams } from 'wouter'
import { Empty } from '../../parts/answered.tsx'
import { Choice } from '../../parts/form.tsx'
import { RouteName } from '../../parts/route-name.tsx'
import { count, nothing } from '../../parts/say.ts'
import { Section } from '../../parts/screen.tsx'
import { StandingIcon } from '../../parts/standing-icon.tsx'
import type { Column } from '../../parts/table/column.ts'
import { DataTable } from '../../parts/table/data-table.tsx'
import { VitalBar } from './vital-bar.tsx'
import { vitalNames, vitalText, vitalTones } from './vital-words.ts'
import styles from './vitals.module.css'

type Row = VitalsOfRoute & Partial<Pick<VitalsRow, 'device' | 'connection'>>

const views: Column<Row> = {
  id: 'views',
  label: 'Views',
  value: ({ views }) => views,
  cell: ({ views }) => count(views),
}
const routeColumn: Column<Row> = {
  id: 'route',
  label: 'Route',
  value: ({ route }) => route,
  cell: ({ route, kind }) => (
    <>
      <RouteName route={route} />
      {kind === 'soft' && <small className={styles.soft}> without loading</small>}
    </>
  ),
}
const split: readonly Column<Row>[] = [
  { id: 'device', label: 'Device', value: ({ device = '' }) => device, width: 5.5, align: 'start' },
  {
    id: 'connection',
    label: 'Connection',
    value: ({ connection = '' }) => connection,
    width: 6.5,
    align: 'start',
  },
]
const ofVitals: readonly Column<Row>[] = vitalNames.map((name) => ({
  id: name,
  label: `${name} p75`,
  value: ({ vitals }) => vitals[name]?.p75 ?? null,
  cell: (row) => <VitalCell name={name} row={row} />,
  width: 6.5,
  shown: name === 'FCP' || name === 'TTFB' ? 'wide' : 'always',
}))

const byRoute = [routeColumn, views, ...ofVitals]
const bySplit = [routeColumn, ...split, views, ...ofVitals]
const rowKey = ({ route, kind, device, connection }: Row) =>
  `${route} ${kind} ${device ?? ''} ${connection ?? ''}`
const ways = [
  { value: 'route', label: 'route' },
  { value: 'device', label: 'route, device and connection' },
] as const

/** The vitals of each route; which way they are told apart stands in the address. */
export function VitalsTable({ vitals }: { vitals: Vitals }) {
  const [parameters, setParameters] = useSearchParams()
  const by = parameters.get('by') === 'device' ? 'device' : 'route'
  const change = (next: 'route' | 'device'): void =>
    setParameters((before) => {
      const query = new URLSearchParams(before)
      query.set('by', next)
      return query
    })
  return (
    <Section title="Routes" actions={<Choice label="Apart by" value={by} options={ways} onChange={change} />}>
      <DataTable<Row>
        key={by}
        label="Web vitals of routes"
        rows={by === 'device' ? vitals.rows : vitals.routes}
        columns={by === 'device' ? bySplit : byRoute}
        rowKey={rowKey}
        order={{ column: 'views', direction: 'descending' }}
        empty={
          <Empty title="No browser told anything in the last hour.">
            Open a page of the application, and leave it.
          </Empty>
        }
      />
    </Section>
  )
}

function VitalCell({ name, row: { vitals } }: { name: VitalName; row: Row }) {
  const figures = vitals[name]
  if (!figures) return nothing
  return (
    <span className={styles.cell} data-tone={vitalTones[figures.verdict]}>
      <span className={styles.cellValue}>
        {figures.verdict !== 'good' && <StandingIcon tone={vitalTones[figures.verdict]} />}
        {vitalText(name, figures.p75)}
      </span>
      <VitalBar figures={figures} />
    </span>
  )
}
