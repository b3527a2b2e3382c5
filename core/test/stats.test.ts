import fc from 'fast-check'
import {
  bootstrapInterval,
  hodgesLehmann,
  holm,
  median,
  pairedRatio,
  quantile,
  signedRankCritical,
  signedRankInterval,
} from '@hotpath/core'
import { expect, test } from 'vitest'

test('the median lies in the middle, whatever the order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 }), (values) => {
      const middle = median(values)
      expect(values.filter((value) => value < middle).length).toBeLessThanOrEqual(values.length / 2)
      expect(values.filter((value) => value > middle).length).toBeLessThanOrEqual(values.length / 2)
    }),
  )
})

test('nothing has no median', () => {
  expect(() => median([])).toThrow(RangeError)
})

test('quantiles are those of R type 7', () => {
  expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75)
  expect(quantile([15, 20, 35, 40, 50], 0.4)).toBeCloseTo(29)
  expect(() => quantile([1], 1.5)).toThrow(RangeError)
})

// Hollander and Wolfe, "Nonparametric Statistical Methods", table A.4.
test.each([
  [5, 0.05, -1],
  [6, 0.05, 0],
  [8, 0.05, 3],
  [10, 0.05, 8],
  [15, 0.05, 25],
  [20, 0.05, 52],
  [10, 0.01, 3],
])('the critical rank sum of %i pairs at %d is %i, as tables have it', (n, alpha, critical) => {
  expect(signedRankCritical(n, alpha)).toBe(critical)
})

test('the depression scores of Hollander and Wolfe have the estimate and interval of their book', () => {
  const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3]
  const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
  const differences = after.map((value, index) => value - before[index]!)
  expect(hodgesLehmann(differences)).toBeCloseTo(-0.46, 2)
  const interval = signedRankInterval(differences, 0.96)
  expect(interval.low).toBeCloseTo(-0.786, 3)
  expect(interval.high).toBeCloseTo(-0.01, 3)
  expect(interval.confidence).toBeCloseTo(0.961, 3)
})

test('too few pairs decide nothing', () => {
  expect(pairedRatio([{ before: 100, after: 1 }])).toMatchObject({ low: 0, high: Infinity })
})

test('the interval of ratios holds the truth as often as it says', () => {
  const random = seeded(7)
  const runs = 400
  let held = 0
  for (let run = 0; run < runs; run++) {
    const pairs = Array.from({ length: 10 }, () => {
      const machine = 1 + random()
      return { before: machine * (1 + 0.1 * random()), after: 0.8 * machine * (1 + 0.1 * random()) }
    })
    const { low, high } = pairedRatio(pairs)
    if (low <= 0.8 && high >= 0.8) held += 1
  }
  expect(held / runs).toBeGreaterThan(0.92)
})

test('scaling both sides of every pair leaves the ratio', () => {
  const positive = fc.double({ min: 0.01, max: 1e4, noNaN: true })
  const pairs = fc.array(fc.record({ before: positive, after: positive }), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(pairs, positive, (given, factor) => {
      const scaled = given.map(({ before, after }) => ({ before: before * factor, after: after * factor }))
      const { estimate, low, high } = pairedRatio(given)
      expect(pairedRatio(scaled).estimate / estimate).toBeCloseTo(1, 6)
      expect(low).toBeLessThanOrEqual(estimate)
      expect(high).toBeGreaterThanOrEqual(estimate)
    }),
  )
})

test('a bootstrap interval can be had again from its seed, and holds the mean of what it was drawn from', () => {
  const values = Array.from({ length: 60 }, (_, index) => index)
  const mean = (sample: readonly number[]) => sample.reduce((sum, value) => sum + value, 0) / sample.length
  const interval = bootstrapInterval(values, mean, { random: seeded(3) })
  expect(bootstrapInterval(values, mean, { random: seeded(3) })).toEqual(interval)
  // The normal interval of the same mean: 29.5 ± 1.96 × 17.3 / √60.
  expect(interval.low).toBeGreaterThan(24)
  expect(interval.low).toBeLessThan(26.5)
  expect(interval.high).toBeGreaterThan(32.5)
  expect(interval.high).toBeLessThan(35)
})

test('Holm adjusts as in R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")', () => {
  expect(holm([0.01, 0.04, 0.03, 0.005]).map((p) => Number(p.toFixed(6)))).toEqual([0.03, 0.06, 0.06, 0.02])
})

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
