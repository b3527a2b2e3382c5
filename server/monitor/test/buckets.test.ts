import { parseBudget } from '@hotpath/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketBounds, countOf, createBuckets, observe, sumOf } from '../src/buckets.ts'

test('has a bound at every budget that counts time, in order and once', () => {
  const budgets = [
    'p95 < 200ms',
    'mean <= 42ms',
    'max < 1.5s',
    'hit > 80%',
    'boot-js < 75kB',
    'p50 < 5ms',
  ].map(parseBudget)
  const bounds = [...bucketBounds(budgets)]
  expect(bounds).toEqual([...new Set(bounds)].sort((a, b) => a - b))
  expect(bounds).toEqual(expect.arrayContaining([200, 42, 1500, 5]))
  expect(bounds).not.toContain(75_000)
  expect(bounds).toHaveLength(bucketBounds([]).length + 3)
})

test('counts every duration into the first bucket whose bound is not below it', () => {
  const durations = fc.array(
    fc.oneof(fc.double({ min: 0, max: 20_000, noNaN: true }), fc.constantFrom(1, 5, 200, 10_000)),
  )
  fc.assert(
    fc.property(durations, (durations) => {
      const buckets = createBuckets(bucketBounds([parseBudget('p95 < 200ms')]))
      for (const ms of durations) observe(buckets, ms)
      let below = 0
      for (const [index, bound] of buckets.boundsMs.entries()) {
        below += buckets.cells[index]!
        expect(below).toBe(durations.filter((ms) => ms <= bound).length)
      }
      expect(countOf(buckets)).toBe(durations.length)
      expect(sumOf(buckets)).toBeCloseTo(
        durations.reduce((sum, ms) => sum + ms, 0),
        3,
      )
    }),
  )
})

test.each([NaN, -1, Infinity, undefined])('counts %s as 0, so that no sum is spoilt', (ms) => {
  const buckets = createBuckets(bucketBounds([]))
  observe(buckets, ms as number)
  expect([buckets.cells[0], countOf(buckets), sumOf(buckets)]).toEqual([1, 1, 0])
})
