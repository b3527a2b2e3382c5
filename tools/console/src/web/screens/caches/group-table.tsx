import type { CachesReport } from '@hotpath/core'
import { Empty } from '../../parts/answered.tsx'
import { bytes, count, duration, nothing, percent } from '../../parts/say.ts'
import { Section } from '../../parts/screen.tsx'
import type { Column } from '../../parts/table/column.ts'
import { DataTable } from '../../parts/table/data-table.tsx'
import { groupHitShare, groupReads, groupRows, type GroupRow, missReasons } from './caches-figures.ts'

const columns: readonly Column<GroupRow>[] = [
  { id: 'name', label: 'Keys', value: ({ name }) => name, cell: ({ name }) => <code>{name}:…</code> },
  { id: 'namespace', label: 'Namespace', value: ({ namespace }) => namespace, align: 'start', width: 7 },
  { id: 'reads', label: 'Reads', value: reads, cell: (row) => count(reads(row)), width: 5.5 },
  { id: 'hit', label: 'Hit', value: groupHitShare, cell: (row) => percent(groupHitShare(row)), width: 4.5 },
  {
    id: 'misses',
    label: 'Why missed',
    value: (row) => groupReads(row).misses,
    cell: (row) => missReasons(row) || nothing,
    align: 'start',
    width: 15,
    shown: 'wide',
    fullWidth: true,
  },
  {
    id: 'shared',
    label: 'Shared loads',
    value: ({ sharedLoads }) => sharedLoads,
    cell: ({ sharedLoads }) => count(sharedLoads),
    width: 6.5,
  },
  { id: 'load', label: 'Load', value: meanLoad, cell: (row) => duration(meanLoad(row)), width: 5 },
  { id: 'bytes', label: 'Memory', value: (row) => row.bytes, cell: (row) => bytes(row.bytes), width: 5 },
]

/** What keys that begin alike have in common. */
export function GroupTable({ report }: { report: CachesReport }) {
  return (
    <Section title="Key groups" note="objects, by what their keys begin with">
      <DataTable
        label="Key groups"
        rows={groupRows(report)}
        columns={columns}
        rowKey={({ namespace, name }) => `${namespace} ${name}`}
        order={{ column: 'reads', direction: 'descending' }}
        empty={
          <Empty title="No object was read yet.">
            Objects are cached with <code>hotpath.cache.getOrLoad(key, load)</code>.
          </Empty>
        }
      />
    </Section>
  )
}

function reads(row: GroupRow): number {
  const { hits, misses } = groupReads(row)
  return hits + misses
}

/** How long a loader ran on average; null where none did. */
function meanLoad({ loads, loadMs }: GroupRow): number | null {
  return loads === 0 ? null : loadMs / loads
}
