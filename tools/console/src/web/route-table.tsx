import type { RouteRow } from '@hotpath/core'
import { useState } from 'react'
import { nextOrder, orderRoutes, type RouteColumn, type RouteOrder } from './route-order.ts'
import { RouteTableRow } from './route-table-row.tsx'
import styles from './route-table.module.css'

const columns: readonly { column: RouteColumn; label: string }[] = [
  { column: 'route', label: 'Route' },
  { column: 'timeShare', label: 'Time' },
  { column: 'requests', label: 'Requests' },
  { column: 'perSecond', label: 'Rate' },
  { column: 'p50Ms', label: 'p50' },
  { column: 'p95Ms', label: 'p95' },
  { column: 'errors', label: 'Errors' },
  { column: 'hit', label: 'Hit' },
  { column: 'budget', label: 'Budget' },
]

/** The routes, those that consume most time first: that is where a second saved is worth most. */
export function RouteTable({ rows }: { rows: readonly RouteRow[] }) {
  const [order, setOrder] = useState<RouteOrder>({ column: 'timeShare', direction: 'descending' })
  return (
    <section className={styles.section} aria-labelledby="routes-title">
      <h2 id="routes-title" className="section-title">
        Routes <span>by time consumed</span>
      </h2>
      {rows.length === 0 ? (
        <p className={styles.empty}>No route has answered a request yet.</p>
      ) : (
        <table className={styles.table} aria-labelledby="routes-title">
          <thead>
            <tr>
              {columns.map(({ column, label }) => (
                <th
                  key={column}
                  scope="col"
                  aria-sort={order.column === column ? order.direction : undefined}
                >
                  <button type="button" onClick={() => setOrder(nextOrder(order, column))}>
                    {label}
                    <SortArrow />
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {orderRoutes(rows, order).map((row) => (
              <RouteTableRow key={row.route} row={row} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function SortArrow() {
  return (
    <svg className={styles.arrow} viewBox="0 0 8 8" aria-hidden="true">
      <path d="M4 6.5 1 2h6Z" />
    </svg>
  )
}
