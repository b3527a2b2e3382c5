import { vitalNames } from '@hotpath/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addValue,
  createValueWindow,
  figuresOf,
  mergeValues,
  valueBounds,
} from '../../src/vitals/value-window.ts'

const windowOf = (values: readonly number[], bounds = valueBounds('LCP')) => {
  const window = createValueWindow(bounds)
  for (const value of values) addValue(window, value)
  return window
}

test('tells p75, mean, the extremes and exact shares', () => {
  const window = windowOf([1_000, 2_000, 2_500, 2_501, 4_000, 4_001, 8_000, 9_000])
  const figures = figuresOf('LCP', window, windowOf([1_000]))!
  expect(figures).toMatchObject({ count: 8, min: 1_000, max: 9_000, current: 1_000, verdict: 'poor' })
  expect([figures.good, figures.needs, figures.poor]).toEqual([3 / 8, 2 / 8, 3 / 8])
  expect(figures.mean).toBeCloseTo(4_125.25)
})

test('a percentile lies within an eighth of the exact one, and on the right side of every bound', () => {
  const values = fc.array(fc.double({ min: 10, max: 30_000, noNaN: true }), { minLength: 1, maxLength: 300 })
  fc.assert(
    fc.property(values, (values) => {
      const nearest = values.toSorted((a, b) => a - b)[Math.ceil(0.75 * values.length) - 1]!
      const { p75, verdict } = figuresOf('LCP', windowOf(values, valueBounds('LCP', [1_234])), undefined)!
      expect(Math.abs(p75 - nearest) / nearest).toBeLessThan(0.125)
      for (const bound of [1_234, 2_500, 4_000]) expect(p75 <= bound).toBe(nearest <= bound)
      expect(verdict).toBe(nearest <= 2_500 ? 'good' : nearest <= 4_000 ? 'needs improvement' : 'poor')
    }),
  )
})

test('windows add up', () => {
  const sum = windowOf([100, 5_000])
  mergeValues(sum, windowOf([20, 300]))
  expect(figuresOf('LCP', sum, undefined)).toMatchObject({ count: 4, min: 20, max: 5_000, current: null })
})

test('nothing recorded is nothing told', () => {
  expect(figuresOf('CLS', createValueWindow(valueBounds('CLS')), undefined)).toBeUndefined()
})

test('a page without any shift is good', () => {
  const window = createValueWindow(valueBounds('CLS'))
  addValue(window, 0)
  expect(figuresOf('CLS', window, undefined)).toMatchObject({ p75: 0, good: 1, verdict: 'good' })
})

test('bounds rise, and hold those of the verdicts', () => {
  for (const vital of vitalNames) {
    const bounds = [...valueBounds(vital)]
    expect(bounds.toSorted((a, b) => a - b)).toEqual(bounds)
    expect(bounds.length).toBeLessThan(100)
  }
})
