import type { RouteRow } from '@hotpath/core'
import { useMemo } from 'react'
import { Empty } from '../../parts/answered.tsx'
import { Section } from '../../parts/screen.tsx'
import { DataTable } from '../../parts/table/data-table.tsx'
import { ScreenLink } from '../../shell/screen-link.tsx'
import { routeColumns } from '../routes/route-columns.tsx'

const shown = 6
const rowKey = ({ route }: RouteRow) => route
const byTime = { column: 'timeShare', direction: 'descending' } as const

/** The routes that take most of the time. */
export function TopRoutes({ routes }: { routes: readonly RouteRow[] }) {
  const top = useMemo(() => routes.slice(0, shown), [routes])
  return (
    <Section
      title="Routes"
      note="by time consumed"
      actions={
        routes.length > shown && (
          <ScreenLink to="/routes">All {routes.length.toLocaleString('en-US')}</ScreenLink>
        )
      }
    >
      <DataTable
        label="Routes"
        rows={top}
        columns={routeColumns}
        rowKey={rowKey}
        order={byTime}
        searchable={false}
        empty={<Empty title="No route has answered a request yet." />}
      />
    </Section>
  )
}
