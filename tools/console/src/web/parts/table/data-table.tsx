import { type ReactNode, useDeferredValue, useId, useMemo, useState } from 'react'
import { arrange, type Column, nextOrder, type Order } from './column.ts'
import styles from './data-table.module.css'
import { ManyRows } from './many-rows.tsx'
import { RowCells, rowProps } from './row-cells.tsx'
import { placeOf } from './place.ts'
import { roles } from './roles.ts'
import { SortButton } from './sort-button.tsx'

interface DataTableProps<Row> {
  /** What the table holds; its accessible name: `Routes`. */
  label: string
  rows: readonly Row[]
  columns: readonly Column<Row>[]
  rowKey: (row: Row) => string
  order: Order
  /** Shows a field to search in. @default where there are over 10 rows */
  searchable?: boolean
  /** Below a row, across all columns; null for none. */
  detail?: (row: Row) => ReactNode
  /** Instead of a table without rows. */
  empty: ReactNode
}

/** Beyond so many rows only those near the window are in the document. */
const mostRows = 200

/** Rows that can be sorted and searched. On a phone each is a card, whose figures carry their names. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, rows, columns, rowKey, searchable = rows.length > 10, empty } = props
  const [order, setOrder] = useState(props.order)
  const [search, setSearch] = useState('')
  const sought = useDeferredValue(search)
  const field = useId()
  const shown = useMemo(
    () => arrange(rows, { columns, order, search: sought, rowKey }),
    [rows, columns, order, sought, rowKey],
  )
  if (rows.length === 0) return empty
  const body = { rows: shown, columns, rowKey, detail: props.detail }
  return (
    <div className={styles.frame}>
      {searchable && (
        <div className={styles.search}>
          <label htmlFor={field} className="visually-hidden">
            Search {label}
          </label>
          <input
            id={field}
            type="search"
            className="input"
            placeholder={`Search ${label.toLowerCase()}`}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <span className={styles.count}>
            {shown.length === rows.length
              ? rows.length.toLocaleString('en-US')
              : `${shown.length.toLocaleString('en-US')} of ${rows.length.toLocaleString('en-US')}`}
          </span>
        </div>
      )}
      <table {...roles.table} className={styles.table} aria-label={label} aria-rowcount={shown.length + 1}>
        <thead {...roles.group} className={styles.head}>
          <tr {...roles.row} className={styles.row} aria-rowindex={1}>
            {columns.map((column) => (
              <th
                key={column.id}
                {...roles.column}
                {...placeOf(column, column === columns[0])}
                aria-sort={order.column === column.id ? order.direction : undefined}
              >
                <SortButton
                  label={column.label}
                  onClick={() => setOrder(nextOrder(order, { id: column.id, isText: isText(column, rows) }))}
                />
              </th>
            ))}
          </tr>
        </thead>
        {shown.length > mostRows ? (
          <ManyRows {...body} />
        ) : (
          <tbody {...roles.group}>
            {shown.map((row, index) => (
              <tr key={rowKey(row)} {...rowProps(index)}>
                <RowCells row={row} columns={columns} detail={props.detail} />
              </tr>
            ))}
          </tbody>
        )}
      </table>
      {shown.length === 0 && <p className={styles.none}>Nothing matches “{sought}”.</p>}
    </div>
  )
}

function isText<Row>({ value }: Column<Row>, rows: readonly Row[]): boolean {
  return rows.length > 0 && typeof value(rows[0]!) === 'string'
}
