import fc from 'fast-check'
import { median } from '@hotpath/core'
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
