import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nonNegativeLeastSquares } from '../../src/capacity/nnls.ts'

test('finds what there is', () => {
  const a = [
    [1, 0, 2],
    [1, 3, 0],
    [1, 1, 1],
    [1, 5, 4],
  ]
  const truth = [0.5, 2, 0.25]
  const b = a.map((row) => row.reduce((sum, value, index) => sum + value * truth[index]!, 0))
  const found = nonNegativeLeastSquares(a, b)
  for (const [index, value] of truth.entries()) expect(found[index]).toBeCloseTo(value, 8)
})

test('two columns that say the same share what they explain', () => {
  const [x, y] = nonNegativeLeastSquares(
    [
      [1, 2],
      [2, 4],
      [3, 6],
    ],
    [5, 10, 15],
  )
  expect(x! + 2 * y!).toBeCloseTo(5, 8)
})

/** Optimal by Karush, Kuhn and Tucker: no slope upwards anywhere, none at all where the coefficient is above 0. */
test('no coefficient is below 0, and none can be moved to come closer', () => {
  const number = fc.integer({ min: -50, max: 50 }).map((value) => value / 10)
  const systems = fc.integer({ min: 1, max: 4 }).chain((columns) =>
    fc.array(fc.tuple(fc.array(number, { minLength: columns, maxLength: columns }), number), {
      minLength: columns + 2,
      maxLength: 12,
    }),
  )
  fc.assert(
    fc.property(systems, (rows) => {
      const a = rows.map(([row]) => row)
      const b = rows.map(([, value]) => value)
      const x = nonNegativeLeastSquares(a, b)
      const left = b.map((value, i) => value - a[i]!.reduce((sum, each, j) => sum + each * x[j]!, 0))
      for (const [j, value] of x.entries()) {
        const slope = a.reduce((sum, row, i) => sum + row[j]! * left[i]!, 0)
        expect(value).toBeGreaterThanOrEqual(0)
        expect(slope).toBeLessThanOrEqual(1e-6)
        if (value > 1e-6) expect(Math.abs(slope)).toBeLessThan(1e-6)
      }
    }),
    { numRuns: 300 },
  )
})
