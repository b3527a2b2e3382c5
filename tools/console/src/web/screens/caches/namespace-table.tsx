import type { NamespaceFigures } from '@hotpath/core'
import { bytes, count, duration, percent } from '../../parts/say.ts'
import { Section } from '../../parts/screen.tsx'
import type { Column } from '../../parts/table/column.ts'
import { DataTable } from '../../parts/table/data-table.tsx'
import { namespaceHitShare } from './caches-figures.ts'

const columns: readonly Column<NamespaceFigures>[] = [
  { id: 'namespace', label: 'Namespace', value: ({ namespace }) => namespace },
  {
    id: 'hit',
    label: 'Hit',
    value: namespaceHitShare,
    cell: (row) => percent(namespaceHitShare(row)),
    width: 4.5,
  },
  {
    id: 'loads',
    label: 'Loads',
    value: ({ loads }) => loads,
    cell: ({ loads, loadErrors }) =>
      loadErrors === 0 ? count(loads) : `${count(loads)}, ${count(loadErrors)} failed`,
    width: 8,
  },
  {
    id: 'load',
    label: 'Load p95',
    value: ({ loadMs }) => loadMs.p95,
    cell: ({ loadMs }) => duration(loadMs.p95),
    width: 5.5,
  },
  {
    id: 'invalidations',
    label: 'Invalidations',
    value: ({ invalidations }) => invalidations,
    cell: ({ invalidations }) => count(invalidations),
    width: 7,
  },
  {
    id: 'fenced',
    label: 'Fenced',
    value: ({ fencedFills }) => fencedFills,
    cell: ({ fencedFills }) => count(fencedFills),
    shown: 'wide',
  },
  { id: 'entries', label: 'Entries', value: ({ entries }) => entries, cell: ({ entries }) => count(entries) },
  { id: 'bytes', label: 'Memory', value: (row) => row.bytes, cell: (row) => bytes(row.bytes) },
]

const rowKey = ({ namespace }: NamespaceFigures) => namespace

/** The object caches, each under its own name; nothing where there is none. */
export function NamespaceTable({ objects }: { objects: readonly NamespaceFigures[] }) {
  return (
    <Section title="Namespaces" note="fenced: loaded, and not kept, because it was invalidated meanwhile">
      <DataTable
        label="Namespaces"
        rows={objects}
        columns={columns}
        rowKey={rowKey}
        order={{ column: 'bytes', direction: 'descending' }}
        searchable={false}
        empty={<p>No object cache was made.</p>}
      />
    </Section>
  )
}
