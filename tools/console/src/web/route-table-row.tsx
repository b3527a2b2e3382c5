import { formatDuration, formatValue, type RouteRow } from '@hotpath/core'
import type { CSSProperties } from 'react'
import { Breakable } from './breakable.tsx'
import { BudgetBadge } from './budget-badge.tsx'
import { roundTo } from './round-to.ts'
import styles from './route-table.module.css'

/** One route and its figures. `data-label` names each figure where the header is out of sight, on a phone. */
export function RouteTableRow({ row }: { row: RouteRow }) {
  const [method, path] = splitRoute(row.route)
  const share = formatValue(roundTo(0.001, row.timeShare), 'ratio')
  return (
    <tr>
      <th scope="row" className={styles.route}>
        {method && <span className={styles.method}>{method} </span>}
        <span className={styles.path}>
          <Breakable text={path} />
        </span>
      </th>
      <td className={styles.time} data-label="Time">
        <span className={styles.bar} style={{ '--share': row.timeShare } as CSSProperties} />
        {share}
      </td>
      <td className={styles.requests} data-label="Requests">
        {row.requests.toLocaleString('en-US')}
      </td>
      <td data-label="Rate">{formatValue(roundTo(0.01, row.perSecond), 'perSecond')}</td>
      <td data-label="p50">{formatDuration(row.p50Ms)}</td>
      <td data-label="p95">{formatDuration(row.p95Ms)}</td>
      <td data-label="Errors" data-bad={row.errors > 0}>
        {formatValue(row.errors, 'ratio')}
      </td>
      <td data-label="Hit">
        {row.hit === null ? (
          <span title="Never cached">–</span>
        ) : (
          formatValue(roundTo(0.001, row.hit), 'ratio')
        )}
      </td>
      <td className={styles.budget} data-label="Budget">
        <BudgetBadge budget={row.budget} />
      </td>
    </tr>
  )
}

function splitRoute(route: string): [method: string, path: string] {
  const space = route.indexOf(' ')
  return space === -1 ? ['', route] : [route.slice(0, space), route.slice(space + 1)]
}
