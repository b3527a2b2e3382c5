import fc from 'fast-check'
import {
  normalUpperQuantile,
  partition,
  rankSumInterval,
  sequentialLevels,
  signedRankInterval,
  signedRankP,
  stretchesOf,
  studentP,
} from '@hotpath/core'
import { expect, test } from 'vitest'

// R: 2 * pt(-t, df)
test.each([
  [2, 5, 0.10193947882986],
  [0.1, 3, 0.92665234878081],
  [4.5, 28, 0.00010865549644],
  [12, 100, 4.3950877156e-21],
])('t = %d with %d degrees of freedom has the tabled p-value', (t, freedom, p) => {
  expect(studentP(t, freedom) / p).toBeCloseTo(1, 8)
  expect(studentP(-t, freedom)).toBe(studentP(t, freedom))
})

test.each([
  [0.025, 1.959963984540054],
  [1e-9, 5.997807015007687],
  [0.9, -1.2815515655446],
])('a normal variable exceeds with probability %d the tabled value', (p, z) => {
  expect(normalUpperQuantile(p)).toBeCloseTo(z, 8)
})

test('levels of the looks are those of O’Brien and Fleming’s spending (ldbounds, gsDesign)', () => {
  const [first, second, last] = sequentialLevels([0.5, 0.75, 1], 0.05)
  expect(first).toBeCloseTo(0.00305, 5)
  expect(second).toBeCloseTo(0.01832, 4)
  expect(last).toBeCloseTo(0.044, 4)
  expect(sequentialLevels([1], 0.05)[0]).toBeCloseTo(0.05, 8)
  expect(() => sequentialLevels([0.5, 0.5], 0.05)).toThrow(RangeError)
})

test('the p-value falls below a level exactly where the interval of that confidence leaves out 0', () => {
  const differences = fc.uniqueArray(fc.double({ min: -5, max: 10, noNaN: true }), {
    minLength: 1,
    maxLength: 20,
  })
  fc.assert(
    fc.property(differences, fc.constantFrom(0.05, 0.01, 0.003), (values, level) => {
      fc.pre(values.every((value) => value !== 0))
      const { low, high } = signedRankInterval(values, 1 - level)
      expect(signedRankP(values) <= level).toBe(low > 0 || high < 0)
    }),
  )
})

test('equal pairs are no sign of a difference', () => {
  expect(signedRankP([0, 0, 0, 0, 0, 0, 0, 0, 0, 0])).toBe(1)
})

// R: wilcox.test(b, a, conf.int = TRUE), exact
test('the shift of unpaired values is the median difference, with the interval of the rank-sum test', () => {
  const { estimate, low, high, confidence } = rankSumInterval(
    [1.1, 2.2, 3.3, 4.4, 5.5],
    [2, 3.5, 6.1, 7.2, 8.4, 9.9],
  )
  expect(estimate).toBeCloseTo(2.85)
  expect(low).toBeCloseTo(-1.3)
  expect(high).toBeCloseTo(6.6)
  expect(confidence).toBeGreaterThanOrEqual(0.95)
})

test('too few unpaired values bound nothing', () => {
  expect(rankSumInterval([1], [2])).toMatchObject({ estimate: 1, low: -Infinity, high: Infinity })
  expect(rankSumInterval([1, 2, 3], [4, 5, 6])).toMatchObject({ low: -Infinity })
  expect(rankSumInterval([1, 2, 3, 4], [5, 6, 7, 8]).low).toBeGreaterThan(0)
})

test('the partition is the cheapest of all', () => {
  const values = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 11 })
  fc.assert(
    fc.property(values, fc.constantFrom(1, 5, 30), fc.constantFrom(1, 2, 3), (series, penalty, least) => {
      const points = series.map((value, index) => ({ value, weight: 1 + (index % 3) }))
      const costOf = (cuts: readonly number[]) => {
        const edges = [0, ...cuts, series.length]
        const { error } = stretchesOf(points)
        return cuts.reduce(
          (sum, cut, place) => sum + error(cut, edges[place + 2]!),
          error(0, edges[1]!) + penalty * cuts.length,
        )
      }
      let cheapest = Infinity
      for (let mask = 0; mask < 2 ** (series.length - 1); mask++) {
        const cuts = series.flatMap((_, index) => (index > 0 && mask & (1 << (index - 1)) ? [index] : []))
        const edges = [0, ...cuts, series.length]
        const allowed =
          cuts.length === 0 || edges.slice(1).every((edge, place) => edge - edges[place]! >= least)
        if (allowed) cheapest = Math.min(cheapest, costOf(cuts))
      }
      expect(costOf(partition(points, { penalty, least }))).toBeCloseTo(cheapest, 6)
    }),
  )
})
