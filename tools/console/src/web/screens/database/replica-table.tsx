import type { DatabaseReport } from '@hotpath/core'
import { count, duration } from '../../parts/say.ts'
import { Section } from '../../parts/screen.tsx'
import { StandingIcon, type Tone } from '../../parts/standing-icon.tsx'
import type { Column } from '../../parts/table/column.ts'
import { DataTable } from '../../parts/table/data-table.tsx'
import styles from './database.module.css'

type Replica = NonNullable<DatabaseReport['router']>['replicas'][number]

const tones: Record<string, Tone> = { serving: 'good', unknown: 'idle' }

const columns: readonly Column<Replica>[] = [
  { id: 'name', label: 'Replica', value: ({ name }) => name },
  {
    id: 'status',
    label: 'Status',
    value: ({ status }) => status,
    cell: ({ status }) => (
      <span className={styles.status} data-tone={tones[status] ?? 'bad'}>
        <StandingIcon tone={tones[status] ?? 'bad'} />
        {status}
      </span>
    ),
    width: 8,
    align: 'start',
  },
  { id: 'lag', label: 'Lag', value: ({ lagMs }) => lagMs, cell: ({ lagMs }) => duration(lagMs) },
  {
    id: 'reads',
    label: 'Reads under way',
    value: ({ inFlight }) => inFlight,
    cell: ({ inFlight }) => count(inFlight),
    width: 9,
  },
]

const rowKey = ({ name }: Replica) => name

/** The replicas and how far they are behind; nothing where there are none. */
export function ReplicaTable({ router }: { router: DatabaseReport['router'] }) {
  if (router === null) return null
  return (
    <Section title="Replicas">
      <DataTable
        label="Replicas"
        rows={router.replicas}
        columns={columns}
        rowKey={rowKey}
        order={{ column: 'lag', direction: 'descending' }}
        empty={null}
      />
    </Section>
  )
}
