import type { ReactNode } from 'react'

/** One column of a table. */
export interface Column<Row> {
  /** Also in the address of a sorted table. */
  id: string
  label: string
  /** What rows are sorted and searched by; null comes last either way. */
  value: (row: Row) => string | number | null
  /** What is shown. @default the value as text, `–` for null */
  cell?: (row: Row) => ReactNode
  /** In rem; the first column takes what is left. @default 5 */
  width?: number
  /** Figures stand at the end of their column. @default 'end' where values are numbers */
  align?: 'start' | 'end'
  /** From which width of the table on, besides the cards of a phone: 62 rem, or 74. @default 'always' */
  shown?: 'always' | 'wide' | 'widest'
  /** On a phone: takes the whole width of the card. @default false */
  fullWidth?: boolean
}

export interface Order {
  column: string
  direction: 'ascending' | 'descending'
}

/** What a click on a header leads to: the other way round, or the column's most telling end first. */
export function nextOrder(order: Order, { id, isText }: { id: string; isText: boolean }): Order {
  if (order.column !== id) return { column: id, direction: isText ? 'ascending' : 'descending' }
  return { column: id, direction: order.direction === 'ascending' ? 'descending' : 'ascending' }
}

interface Arrangement<Row> {
  columns: readonly Column<Row>[]
  order: Order
  /** Rows in which each of its words occurs. */
  search: string
  /** Tells rows apart whose values are equal, so that they hold still. */
  rowKey: (row: Row) => string
}

/** The rows that match, in their order; a new list. */
export function arrange<Row>(rows: readonly Row[], arrangement: Arrangement<Row>): Row[] {
  const { columns, order, search, rowKey } = arrangement
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  const found = words.length === 0 ? [...rows] : rows.filter((row) => matches(row, columns, words))
  const column = columns.find(({ id }) => id === order.column)
  if (!column) return found
  const sign = order.direction === 'ascending' ? 1 : -1
  return found.sort((a, b) => {
    const [left, right] = [column.value(a), column.value(b)]
    if (left === right) return compare(rowKey(a), rowKey(b))
    if (left === null) return 1
    if (right === null) return -1
    return sign * compare(left, right)
  })
}

function matches<Row>(row: Row, columns: readonly Column<Row>[], words: readonly string[]): boolean {
  const text = columns
    .map(({ value }) => value(row))
    .filter((value) => typeof value === 'string')
    .join(' ')
    .toLowerCase()
  return words.every((word) => text.includes(word))
}

function compare(left: string | number, right: string | number): number {
  return left < right ? -1 : left > right ? 1 : 0
}
