import { createHistogram, type HistogramJSON, histogramFromJSON } from '@hotpath/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

const microsecond = 0.001
const times = fc.double({ min: 0, max: 4_000_000, noNaN: true })
const samples = fc.array(times, { minLength: 1, maxLength: 300 })
const precision = fc.integer({ min: 4, max: 12 })
/** Quantiles as hundredths, so that the exact rank is a matter of whole numbers. */
const hundredths = fc.integer({ min: 0, max: 100 })

function recorded(values: readonly number[], precisionBits = 10) {
  const histogram = createHistogram({ precisionBits })
  for (const value of values) histogram.record(value)
  return histogram
}

/** Nearest rank: the smallest value that at least q of all values do not exceed. */
function exactQuantile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil((percent * sorted.length) / 100) - 1)]!
}

test('every quantile lies within 2^-precisionBits and a microsecond of the exact one', () => {
  fc.assert(
    fc.property(samples, precision, hundredths, (values, precisionBits, percent) => {
      const exact = exactQuantile(values, percent)
      const found = recorded(values, precisionBits).quantile(percent / 100)
      expect(Math.abs(found - exact)).toBeLessThanOrEqual(exact * 2 ** -precisionBits + microsecond)
    }),
    { numRuns: 500 },
  )
})

test('the rank is not pushed up by binary fractions: the 55th of 100 values is their p55', () => {
  const histogram = recorded(Array.from({ length: 100 }, (_, index) => index + 1))
  for (const percent of [7, 14, 28, 55, 56, 95, 99])
    expect(histogram.quantile(percent / 100)).toBeCloseTo(percent, 1)
})

test('count, mean, min and max are exact to the microsecond', () => {
  fc.assert(
    fc.property(samples, (values) => {
      const histogram = recorded(values)
      expect(histogram.count()).toBe(values.length)
      expect(Math.abs(histogram.min() - Math.min(...values))).toBeLessThanOrEqual(microsecond)
      expect(Math.abs(histogram.max() - Math.max(...values))).toBeLessThanOrEqual(microsecond)
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length
      expect(Math.abs(histogram.mean() - mean)).toBeLessThanOrEqual(microsecond)
    }),
  )
})

test('merging equals recording everything into one', () => {
  fc.assert(
    fc.property(samples, samples, precision, (first, second, precisionBits) => {
      const merged = recorded(first, precisionBits)
      merged.merge(recorded(second, precisionBits))
      const pooled = recorded([...first, ...second], precisionBits).toJSON()
      const { sum, ...rest } = merged.toJSON()
      expect(sum).toBeCloseTo(pooled.sum, 3)
      expect({ ...rest, sum: pooled.sum }).toEqual(pooled)
    }),
  )
})

test('survives JSON with everything it knows', () => {
  fc.assert(
    fc.property(
      fc.array(times, { maxLength: 100 }),
      precision,
      hundredths,
      (values, precisionBits, percent) => {
        const before = recorded(values, precisionBits)
        const after = histogramFromJSON(JSON.parse(JSON.stringify(before)))
        expect(after.toJSON()).toEqual(before.toJSON())
        expect(after.quantile(percent / 100)).toBe(before.quantile(percent / 100))
      },
    ),
  )
})

test('countAtOrBelow is exact below the linear range and within one bucket above', () => {
  fc.assert(
    fc.property(samples, times, (values, bound) => {
      const found = recorded(values).countAtOrBelow(bound)
      const slack = bound * 2 ** -10 + microsecond
      expect(found).toBeGreaterThanOrEqual(values.filter((value) => value <= bound).length)
      expect(found).toBeLessThanOrEqual(values.filter((value) => value <= bound + slack).length)
    }),
  )
})

test('a value is always at or below itself, whatever its binary fraction', () => {
  expect(recorded([1.001]).countAtOrBelow(1.001)).toBe(1)
  expect(recorded([0]).countAtOrBelow(0)).toBe(1)
  expect(recorded([0]).countAtOrBelow(-1)).toBe(0)
  expect(recorded([0]).countAtOrBelow(NaN)).toBe(0)
  expect(recorded([1, 2]).countAtOrBelow(Infinity)).toBe(2)
})

test('counts what is not a number and what is below 0 as 0, and clamps what is endless', () => {
  const histogram = recorded([NaN, -5, Infinity])
  expect([histogram.count(), histogram.min(), histogram.quantile(0.5)]).toEqual([3, 0, 0])
  expect(histogram.max()).toBeCloseTo(2 ** 32 / 1000, 0)
})

test('records a value many times over, and nothing for zero times', () => {
  const histogram = createHistogram()
  histogram.record(5, 3)
  histogram.record(99, 0)
  histogram.record(99, -1)
  expect([histogram.count(), histogram.mean(), histogram.max()]).toEqual([3, 5, 5])
})

test('answers 0 when it is empty, also after a reset', () => {
  const empty = createHistogram()
  const reset = recorded([1, 2, 3])
  reset.reset()
  for (const histogram of [empty, reset]) {
    expect([
      histogram.count(),
      histogram.mean(),
      histogram.min(),
      histogram.max(),
      histogram.quantile(0.5),
    ]).toEqual([0, 0, 0, 0, 0])
    expect(histogram.toJSON().buckets).toEqual([])
  }
})

test('a finer one merged into a coarser one holds what would have been recorded there', () => {
  const bits = fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }))
  fc.assert(
    fc.property(samples, samples, bits, (first, second, some) => {
      const [coarse, fine] = [Math.min(...some), Math.max(...some)]
      const merged = recorded(first, coarse)
      merged.merge(recorded(second, fine))
      const pooled = recorded([...first, ...second], coarse).toJSON()
      expect({ ...merged.toJSON(), sum: 0 }).toEqual({ ...pooled, sum: 0 })
    }),
  )
})

test('refuses to merge a coarser one', () => {
  const other = createHistogram({ precisionBits: 5 })
  expect(() => createHistogram().merge(other)).toThrow(
    expect.objectContaining({ code: 'HP_HISTOGRAM_INCOMPATIBLE' }),
  )
})

const sound: HistogramJSON = { precisionBits: 10, count: 2, sum: 2, min: 1, max: 1, buckets: [[1000, 2]] }

test.each<[string, unknown]>([
  ['nothing', null],
  ['an empty object', {}],
  ['a precision of 0', { ...sound, precisionBits: 0 }],
  ['a precision of 40', { ...sound, precisionBits: 40 }],
  ['no buckets', { ...sound, buckets: undefined }],
  ['a bucket that is no pair', { ...sound, buckets: [null] }],
  ['a bucket outside the range', { ...sound, buckets: [[99_999_999, 2]] }],
  ['a negative bucket', { ...sound, buckets: [[-1, 2]] }],
  ['a negative count', { ...sound, buckets: [[1000, -2]] }],
  ['an endless count', { ...sound, count: Infinity, buckets: [[1000, Infinity]] }],
  ['counts that do not add up', { ...sound, count: 3 }],
  ['a sum that is lost', { ...sound, sum: null }],
  ['a min above its max', { ...sound, min: 2 }],
])('refuses a stored histogram with %s', (_, json) => {
  expect(() => histogramFromJSON(json as HistogramJSON)).toThrow(
    expect.objectContaining({ code: 'HP_HISTOGRAM_CORRUPT' }),
  )
})

test('reads a sound one', () => {
  expect(histogramFromJSON(sound).quantile(1)).toBe(1)
})
