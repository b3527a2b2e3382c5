import type { LoadRun } from '@hotpath/core'
import { Empty } from '../../parts/answered.tsx'
import { RouteName } from '../../parts/route-name.tsx'
import { count, duration, percent } from '../../parts/say.ts'
import { Section } from '../../parts/screen.tsx'
import type { Column } from '../../parts/table/column.ts'
import { DataTable } from '../../parts/table/data-table.tsx'

type Step = LoadRun['endpoints'][number]
type Check = LoadRun['checks'][number]

const columns: readonly Column<Step>[] = [
  { id: 'name', label: 'Step', value: ({ name }) => name, cell: ({ name }) => <RouteName route={name} /> },
  {
    id: 'requests',
    label: 'Requests',
    value: ({ requests }) => requests,
    cell: ({ requests }) => count(requests),
    width: 6,
  },
  { id: 'errors', label: 'Errors', value: errorShare, cell: (step) => percent(errorShare(step)) },
  {
    id: 'p50',
    label: 'p50',
    value: ({ responseMs }) => responseMs.p50,
    cell: ({ responseMs }) => duration(responseMs.p50),
  },
  {
    id: 'p95',
    label: 'p95',
    value: ({ responseMs }) => responseMs.p95,
    cell: ({ responseMs }) => duration(responseMs.p95),
  },
  {
    id: 'p99',
    label: 'p99',
    value: ({ responseMs }) => responseMs.p99,
    cell: ({ responseMs }) => duration(responseMs.p99),
  },
]

const checkColumns: readonly Column<Check>[] = [
  { id: 'name', label: 'Check', value: ({ name }) => name },
  {
    id: 'passed',
    label: 'Passed',
    value: ({ passed }) => passed,
    cell: ({ passed }) => count(passed),
    width: 6,
  },
  {
    id: 'failed',
    label: 'Failed',
    value: ({ failed }) => failed,
    cell: ({ failed }) => count(failed),
    width: 6,
  },
]

/** What each step of the scenarios came to, and what they checked. */
export function StepTable({ run: { endpoints, checks } }: { run: LoadRun }) {
  return (
    <>
      <Section title="Steps" note="the busiest first">
        <DataTable
          label="Steps"
          rows={endpoints}
          columns={columns}
          rowKey={({ name }) => name}
          order={{ column: 'requests', direction: 'descending' }}
          empty={<Empty title="No request ended in the measured time." />}
        />
      </Section>
      {checks.length > 0 && (
        <Section title="Checks">
          <DataTable
            label="Checks"
            rows={checks}
            columns={checkColumns}
            rowKey={({ name }) => name}
            order={{ column: 'failed', direction: 'descending' }}
            empty={null}
          />
        </Section>
      )}
    </>
  )
}

function errorShare({ errors, requests }: Step): number | null {
  return requests === 0 ? null : errors / requests
}
