import { expect, test } from 'vitest'
import { delaysBetween } from '../src/cache/visibility.ts'

test('delays are from each happening to its observation', () => {
  expect(delaysBetween([1, 10], [3, 11])).toEqual([2, 1])
})

test('what was seen too early or never is an error, not a figure', () => {
  expect(() => delaysBetween([1, 10], [3])).toThrow('1 of 2 were observed')
  expect(() => delaysBetween([1, 10], [3, 9])).toThrow('before it happened')
})
