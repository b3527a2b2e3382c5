import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRandom, createWeightedDraw, createZipf } from '@hotpath/load'

const draws = 100_000

test('the same seed and stream give the same numbers, another seed or stream gives others', () => {
  const sequence = (seed: number, stream: number) => {
    const random = createRandom(seed, stream)
    return Array.from({ length: 8 }, () => random.next())
  }
  fc.assert(
    fc.property(fc.maxSafeNat(), fc.nat(), (seed, stream) => {
      expect(sequence(seed, stream)).toEqual(sequence(seed, stream))
      expect(sequence(seed, stream)).not.toEqual(sequence(seed + 1, stream))
      expect(sequence(seed, stream)).not.toEqual(sequence(seed, stream + 1))
    }),
  )
})

test('numbers fill 0…1 evenly, from neighbouring seeds too', () => {
  const cells = 100
  const counts = Array.from({ length: cells }, () => 0)
  for (let seed = 0; seed < draws; seed++) {
    const cell = Math.floor(createRandom(seed).next() * cells)
    counts[cell] = counts[cell]! + 1
  }
  const expected = draws / cells
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  // 99 degrees of freedom: below 149 in 99.9 % of truly uniform samples.
  expect(chiSquare).toBeLessThan(149)
})

test('exponential numbers have mean 1 and variance 1', () => {
  const random = createRandom(7)
  const values = Array.from({ length: draws }, () => random.exponential())
  const mean = values.reduce((sum, value) => sum + value, 0) / draws
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws
  expect(mean).toBeCloseTo(1, 1)
  expect(variance).toBeCloseTo(1, 1)
})

test('pick, integer and between stay within their bounds', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.array(fc.string(), { minLength: 1 }),
      fc.integer({ min: 1, max: 1000 }),
      (seed, list, n) => {
        const random = createRandom(seed)
        expect(list).toContain(random.pick(list))
        expect(random.integer(n)).toBeLessThan(n)
        expect(random.integer(n)).toBeGreaterThanOrEqual(0)
        const value = random.between(-n, n)
        expect(value).toBeGreaterThanOrEqual(-n)
        expect(value).toBeLessThanOrEqual(n)
      },
    ),
  )
})

test.each([0, 0.8, 1.2])('Zipf frequencies follow 1 / rank^%f', (exponent) => {
  const count = 50
  const draw = createZipf(count, exponent)
  const random = createRandom(11)
  const seen = Array.from({ length: count }, () => 0)
  for (let index = 0; index < draws; index++) {
    const rank = draw(random)
    seen[rank] = seen[rank]! + 1
  }
  const weights = seen.map((_, rank) => (rank + 1) ** -exponent)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  for (const [rank, weight] of weights.entries()) {
    const share = weight / total
    const deviation = Math.sqrt((share * (1 - share)) / draws)
    expect(Math.abs(seen[rank]! / draws - share)).toBeLessThan(5 * deviation)
  }
})

test('a weight of 0 is never drawn, and the others in their proportion', () => {
  const draw = createWeightedDraw([0, 3, 0, 1, 0])
  const random = createRandom(5)
  const seen = [0, 0, 0, 0, 0]
  for (let index = 0; index < draws; index++) {
    const drawn = draw(random)
    seen[drawn] = seen[drawn]! + 1
  }
  expect([seen[0], seen[2], seen[4]]).toEqual([0, 0, 0])
  expect(seen[1]! / draws).toBeCloseTo(0.75, 2)
})

test('weights and Zipf parameters out of range are refused with their range', () => {
  expect(() => createWeightedDraw([0, 0])).toThrow('weights cannot be 0 in total')
  expect(() => createWeightedDraw([1, -1])).toThrow('weight cannot be -1')
  expect(() => createZipf(0, 1)).toThrow('count cannot be 0')
  expect(() => createZipf(10, Number.NaN)).toThrow('exponent cannot be NaN')
})
