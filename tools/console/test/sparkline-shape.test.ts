import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { sparklineShape } from '../src/web/parts/sparkline-shape.ts'

test('breaks the line where nothing happened, instead of drawing through it', () => {
  const { lines, areas } = sparklineShape([1, 2, null, 3, 4], null)
  expect(lines).toHaveLength(2)
  expect(areas).toHaveLength(2)
})

test('marks the newest point only when the newest slot has one', () => {
  expect(sparklineShape([1, 2], null).head).toEqual({ x: 100, y: 6 })
  expect(sparklineShape([1, null], null).head).toBeNull()
  expect(sparklineShape([], null).head).toBeNull()
})

test('shows a bound that the data comes near, and leaves out one far above it', () => {
  expect(sparklineShape([90, 100], 120).bound).toBe(6)
  expect(sparklineShape([1, 2], 200).bound).toBeNull()
})

test('stays inside its box, whatever the series and the bound', () => {
  const value = fc.double({ min: 0, max: 1e9, noNaN: true })
  fc.assert(
    fc.property(fc.array(fc.option(value), { maxLength: 80 }), fc.option(value), (series, bound) => {
      const shape = sparklineShape(series, bound)
      const drawn = [...shape.lines, ...shape.areas].join(' ')
      for (const number of drawn.match(/-?[\d.]+(e-?\d+)?/g) ?? []) {
        expect(Number(number)).toBeGreaterThanOrEqual(0)
        expect(Number(number)).toBeLessThanOrEqual(100)
      }
      expect(drawn).not.toContain('NaN')
      expect(shape.bound ?? 50).toBeGreaterThanOrEqual(6)
      expect(shape.bound ?? 50).toBeLessThanOrEqual(96)
    }),
  )
})
