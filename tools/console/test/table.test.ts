import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arrange, type Column, nextOrder } from '../src/web/parts/table/column.ts'

interface Row {
  name: string
  hit: number | null
}
const columns: Column<Row>[] = [
  { id: 'name', label: 'Name', value: ({ name }) => name },
  { id: 'hit', label: 'Hit', value: ({ hit }) => hit },
]
const rowKey = ({ name }: Row) => name
const sorted = (rows: Row[], column: string, direction: 'ascending' | 'descending') =>
  arrange(rows, { columns, order: { column, direction }, search: '', rowKey })
const search = (rows: Row[], words: string) =>
  arrange(rows, { columns, order: { column: 'name', direction: 'ascending' }, search: words, rowKey })

test('puts what has no value last, whichever way it is sorted', () => {
  const rows = [
    { name: 'a', hit: null },
    { name: 'b', hit: 0.2 },
    { name: 'c', hit: 0.9 },
  ]
  expect(sorted(rows, 'hit', 'ascending').map(rowKey)).toEqual(['b', 'c', 'a'])
  expect(sorted(rows, 'hit', 'descending').map(rowKey)).toEqual(['c', 'b', 'a'])
})

test('keeps every row, leaves the list that it was given, and holds equals still', () => {
  const row = fc.record({ name: fc.string(), hit: fc.option(fc.integer({ min: 0, max: 3 })) })
  const rows = fc.uniqueArray(row, { selector: rowKey })
  fc.assert(
    fc.property(rows, fc.constantFrom('name', 'hit'), (rows, column) => {
      const before = [...rows]
      const once = sorted(rows, column, 'descending')
      expect(new Set(once)).toEqual(new Set(rows))
      expect(sorted(rows.toReversed(), column, 'descending')).toEqual(once)
      expect(rows).toEqual(before)
    }),
  )
})

test('finds rows that hold each word, in any order and case', () => {
  const rows = ['GET /api/cities', 'GET /api/ballots/:id', 'POST /api/ballots'].map((name) => ({
    name,
    hit: 1,
  }))
  expect(search(rows, 'BALLOTS get').map(rowKey)).toEqual(['GET /api/ballots/:id'])
  expect(search(rows, 'nothing')).toEqual([])
})

test('begins a column at its most telling end and turns round at the second click', () => {
  const order = { column: 'name', direction: 'ascending' } as const
  const byHit = nextOrder(order, { id: 'hit', isText: false })
  expect(byHit).toEqual({ column: 'hit', direction: 'descending' })
  expect(nextOrder(byHit, { id: 'hit', isText: false }).direction).toBe('ascending')
  expect(nextOrder(byHit, { id: 'name', isText: true }).direction).toBe('ascending')
})
