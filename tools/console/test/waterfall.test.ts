import fc from 'fast-check'
import { expect, test } from 'vitest'
import { waterfallRows } from '../src/web/parts/waterfall/waterfall-rows.ts'
import { typicalTraces } from '../src/web/screens/overview/typical.ts'
import { span, trace, traceSummary } from './traces-fixture.ts'

test('puts each span below what it is a part of, and eight statements alike on one line', () => {
  const rows = waterfallRows(trace().spans)
  expect(rows.map(({ kind, depth, count }) => [kind, depth, count])).toEqual([
    ['request', 0, 1],
    ['lookup', 1, 1],
    ['load', 2, 1],
    ['statement', 3, 8],
  ])
  expect(rows[3]).toMatchObject({ startMs: 4, durationMs: 28, endMs: 35.5 })
})

test('draws every span once and within the whole, whatever a trace claims', () => {
  const spans = fc.array(
    fc.record({
      parent: fc.option(fc.integer({ min: -1, max: 12 })),
      startMs: fc.double({ min: -50, max: 500, noNaN: true }),
      durationMs: fc.double({ min: 0, max: 500, noNaN: true }),
      name: fc.constantFrom('a', 'b'),
    }),
    { maxLength: 12 },
  )
  fc.assert(
    fc.property(spans, (given) => {
      const rows = waterfallRows(given.map((part, id) => span({ ...part, id })))
      expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(given.length)
      for (const { from, to } of rows.flatMap(({ bars }) => bars)) {
        expect(from).toBeGreaterThanOrEqual(0)
        expect(to).toBeGreaterThanOrEqual(from)
        expect(to).toBeLessThanOrEqual(1 + 1e-9)
      }
    }),
  )
})

test('lets only requests that were drawn at random stand for the others', () => {
  const drawn = Array.from({ length: 100 }, (_, n) => traceSummary({ id: `s${n}`, durationMs: n }))
  const slow = Array.from({ length: 100 }, (_, n) =>
    traceSummary({ id: `k${n}`, durationMs: 900 + n, kept: 'slow' }),
  )
  const typical = typicalTraces([...slow, ...drawn])
  expect([typical?.median.durationMs, typical?.p95.durationMs]).toEqual([50, 95])
  expect(typicalTraces(slow)).toBeNull()
})
