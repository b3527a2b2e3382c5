import { paths, type Overview, type RouteRow } from '@hotpath/core'
import { useApi } from '../../data/use-api.ts'
import { Answered, Empty } from '../../parts/answered.tsx'
import { Screen } from '../../parts/screen.tsx'
import { DataTable } from '../../parts/table/data-table.tsx'
import { routeColumns } from './route-columns.tsx'

const rowKey = ({ route }: RouteRow) => route
const byTime = { column: 'timeShare', direction: 'descending' } as const

/** The routes, those that consume most time first: that is where a second saved is worth most. */
export function RoutesScreen() {
  const answer = useApi<Overview>(paths.overview, { every: 2_000 })
  return (
    <Screen title="Routes" lead="The last ten minutes. Those that took the most time in total stand first.">
      <Answered answer={answer} what="the routes" height="30rem">
        {({ routes }) => (
          <DataTable
            label="Routes"
            rows={routes}
            columns={routeColumns}
            rowKey={rowKey}
            order={byTime}
            empty={<Empty title="No route has answered a request in the last ten minutes." />}
          />
        )}
      </Answered>
    </Screen>
  )
}
