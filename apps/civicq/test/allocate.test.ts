import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allocate } from '../src/seed/allocate.ts'

const shares = fc.array(
  fc
    .record({ weight: fc.double({ min: 0.01, max: 100, noNaN: true }), least: fc.nat(5), room: fc.nat(50) })
    .map(({ weight, least, room }) => ({ weight, least, most: least + room })),
  { minLength: 1, maxLength: 30 },
)

test('gives out the whole total within every bound, or the nearest that the bounds allow', () => {
  fc.assert(
    fc.property(fc.nat(2_000), shares, (total, given) => {
      const units = allocate(total, given)
      for (const [at, { least, most }] of given.entries()) {
        expect(units[at]).toBeGreaterThanOrEqual(least)
        expect(units[at]).toBeLessThanOrEqual(most)
      }
      const sum = (counts: number[]) => counts.reduce((all, count) => all + count, 0)
      const [least, most] = [sum(given.map((share) => share.least)), sum(given.map((share) => share.most))]
      expect(sum(units)).toBe(Math.min(most, Math.max(least, total)))
    }),
  )
})

test('divides in proportion to the weights', () => {
  const free = { least: 0, most: Infinity }
  expect(
    allocate(100, [
      { weight: 3, ...free },
      { weight: 1, ...free },
    ]),
  ).toEqual([75, 25])
})
