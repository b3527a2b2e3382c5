import type { CSSProperties, ReactNode, Ref } from 'react'
import { WindowVirtualizer } from 'virtua'
import type { Column } from './column.ts'
import { roles } from './roles.ts'
import { RowCells, rowProps } from './row-cells.tsx'

interface ManyRowsProps<Row> {
  rows: readonly Row[]
  columns: readonly Column<Row>[]
  rowKey: (row: Row) => string
  detail?: ((row: Row) => ReactNode) | undefined
}

/** A table's body of which only the rows near the window are in the document. */
export function ManyRows<Row>({ rows, columns, rowKey, detail }: ManyRowsProps<Row>) {
  return (
    <WindowVirtualizer data={rows} as={Body} item={Item} itemSize={41}>
      {(row) => <RowCells key={rowKey(row)} row={row} columns={columns} detail={detail} />}
    </WindowVirtualizer>
  )
}

interface Box {
  children: ReactNode
  style: CSSProperties
  ref?: Ref<never>
}

function Body({ children, style, ref }: Box) {
  return (
    <tbody {...roles.group} ref={ref} style={style}>
      {children}
    </tbody>
  )
}

function Item({ children, style, ref, index }: Box & { index: number }) {
  return (
    <tr {...rowProps(index)} ref={ref} style={style}>
      {children}
    </tr>
  )
}
