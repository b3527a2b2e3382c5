import type { RouteRow } from '@hotpath/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextOrder, orderRoutes } from '../src/web/route-order.ts'

function row(route: string, given: Partial<RouteRow> = {}): RouteRow {
  return {
    route,
    requests: 1,
    perSecond: 1,
    p50Ms: 1,
    p95Ms: 1,
    errors: 0,
    hit: null,
    budget: null,
    timeShare: 0,
    ...given,
  }
}

const names = (rows: RouteRow[]) => rows.map(({ route }) => route)

test('puts the routes that consume most time first, and leaves the given list alone', () => {
  const rows = [row('a', { timeShare: 0.1 }), row('b', { timeShare: 0.7 }), row('c', { timeShare: 0.2 })]
  expect(names(orderRoutes(rows, { column: 'timeShare', direction: 'descending' }))).toEqual(['b', 'c', 'a'])
  expect(names(rows)).toEqual(['a', 'b', 'c'])
})

test('puts missed budgets before unmeasured before met ones, and routes without a budget last', () => {
  const budget = (verdict: 'met' | 'missed' | 'not measured') => ({ budget: { text: 'p95 < 1ms', verdict } })
  const rows = [
    row('none'),
    row('met', budget('met')),
    row('unmeasured', budget('not measured')),
    row('missed', budget('missed')),
  ]
  expect(names(orderRoutes(rows, { column: 'budget', direction: 'descending' }))).toEqual([
    'missed',
    'unmeasured',
    'met',
    'none',
  ])
})

test('keeps routes that are never cached last, whichever way the hit column is sorted', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true }))),
      fc.constantFrom('ascending' as const, 'descending' as const),
      (hits, direction) => {
        const rows = hits.map((hit, index) => row(String(index), { hit }))
        const sorted = orderRoutes(rows, { column: 'hit', direction }).map(({ hit }) => hit)
        const measured = sorted.filter((hit) => hit !== null)
        expect(sorted.slice(0, measured.length)).toEqual(measured)
        const inOrder = measured.toSorted((a, b) => (direction === 'ascending' ? a - b : b - a))
        expect(measured).toEqual(inOrder)
      },
    ),
  )
})

test('orders equal rows by name, so that they hold still from one second to the next', () => {
  const order = { column: 'requests', direction: 'descending' } as const
  const rows = [row('b'), row('a'), row('c')]
  expect(names(orderRoutes(rows, order))).toEqual(['a', 'b', 'c'])
  expect(names(orderRoutes(rows.toReversed(), order))).toEqual(['a', 'b', 'c'])
})

test('turns the order round on a second click, and begins a column at its telling end', () => {
  const byTime = { column: 'timeShare', direction: 'descending' } as const
  expect(nextOrder(byTime, 'timeShare').direction).toBe('ascending')
  expect(nextOrder(byTime, 'p95Ms')).toEqual({ column: 'p95Ms', direction: 'descending' })
  expect(nextOrder(byTime, 'route')).toEqual({ column: 'route', direction: 'ascending' })
})
