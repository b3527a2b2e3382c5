import type { ReactNode } from 'react'
import type { Column } from './column.ts'
import styles from './data-table.module.css'
import { placeOf } from './place.ts'
import { roles } from './roles.ts'

interface RowCellsProps<Row> {
  row: Row
  columns: readonly Column<Row>[]
  detail?: ((row: Row) => ReactNode) | undefined
}

/** The cells of one row. `data-label` names each figure where the header is out of sight, on a phone. */
export function RowCells<Row>({ row, columns, detail }: RowCellsProps<Row>) {
  const more = detail?.(row) ?? null
  return (
    <>
      {columns.map((column, place) => {
        const content = column.cell ? column.cell(row) : (column.value(row) ?? '–')
        return place === 0 ? (
          <th key={column.id} {...roles.name} {...placeOf(column, true)}>
            {content}
          </th>
        ) : (
          <td key={column.id} {...roles.cell} data-label={column.label} {...placeOf(column, false)}>
            {content}
          </td>
        )
      })}
      {more !== null && (
        <td {...roles.cell} className={styles.detail}>
          {more}
        </td>
      )}
    </>
  )
}

/** What makes an element the row at `index`, counted from 0. */
export function rowProps(index: number) {
  return { ...roles.row, className: styles.row, 'aria-rowindex': index + 2 }
}
