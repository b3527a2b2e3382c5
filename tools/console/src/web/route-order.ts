import type { BudgetVerdict, RouteRow } from '@hotpath/core'

/** The columns that routes can be sorted by. */
export type RouteColumn =
  | 'route'
  | 'timeShare'
  | 'requests'
  | 'perSecond'
  | 'p50Ms'
  | 'p95Ms'
  | 'errors'
  | 'hit'
  | 'budget'

export interface RouteOrder {
  column: RouteColumn
  direction: 'ascending' | 'descending'
}

/** What a click on a header leads to: the other way round, or the column's most telling end first. */
export function nextOrder(order: RouteOrder, column: RouteColumn): RouteOrder {
  if (order.column !== column) return { column, direction: column === 'route' ? 'ascending' : 'descending' }
  return { column, direction: order.direction === 'ascending' ? 'descending' : 'ascending' }
}

/** The rows in `order`, a new list. What has no value comes last either way; equals go by name, so rows hold still. */
export function orderRoutes(rows: readonly RouteRow[], { column, direction }: RouteOrder): RouteRow[] {
  const sign = direction === 'ascending' ? 1 : -1
  return rows.toSorted((a, b) => {
    const [left, right] = [rank(a, column), rank(b, column)]
    if (left === right) return a.route.localeCompare(b.route)
    if (left === null) return 1
    if (right === null) return -1
    return left < right ? -sign : sign
  })
}

const severity: Record<BudgetVerdict, number> = { missed: 2, 'not measured': 1, met: 0 }

function rank(row: RouteRow, column: RouteColumn): number | string | null {
  if (column === 'budget') return row.budget && severity[row.budget.verdict]
  return row[column]
}
