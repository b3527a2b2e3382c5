import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { schedule, type ScheduleOptions } from '@hotpath/load'

const anySchedule = fc.record({
  rate: fc.double({ min: 0.5, max: 2000, noNaN: true }),
  durationMs: fc.integer({ min: 100, max: 5000 }),
  arrivals: fc.constantFrom('uniform' as const, 'poisson' as const),
  seed: fc.nat(),
})

test('has exactly rate × duration arrivals, in order, within the duration', () => {
  fc.assert(
    fc.property(anySchedule, (options) => {
      const dues = schedule(options)
      expect(dues.length).toBe(Math.round((options.rate * options.durationMs) / 1000))
      const outOfOrder = dues.findIndex((due, index) => due < (index === 0 ? 0 : dues[index - 1]!))
      expect(outOfOrder).toBe(-1)
      expect(dues.at(-1) ?? 0).toBeLessThan(options.durationMs)
    }),
  )
})

test('the same options give the same schedule, another seed another Poisson one', () => {
  fc.assert(
    fc.property(anySchedule, (options) => {
      expect(schedule(options)).toEqual(schedule(options))
      if (options.arrivals === 'uniform' || schedule(options).length === 0) return
      expect(schedule(options)).not.toEqual(schedule({ ...options, seed: options.seed + 1 }))
    }),
  )
})

test('uniform arrivals are 1 / rate apart', () => {
  const dues = schedule({ rate: 100, durationMs: 10_000, arrivals: 'uniform', seed: 1 })
  expect(dues.length).toBe(1000)
  for (const [index, due] of dues.entries()) expect(due).toBeCloseTo(index * 10, 9)
})

/** The largest distance between the gaps' distribution and the exponential one of their rate. */
function kolmogorovSmirnov({ rate, ...rest }: ScheduleOptions): number {
  const dues = schedule({ rate, ...rest })
  const gaps = Array.from(dues, (due, index) => due - (index === 0 ? 0 : dues[index - 1]!)).sort(
    (a, b) => a - b,
  )
  const distances = gaps.map((gap, index) => {
    const expected = 1 - Math.exp((-gap * rate) / 1000)
    return Math.max(Math.abs(expected - index / gaps.length), Math.abs(expected - (index + 1) / gaps.length))
  })
  return Math.max(...distances)
}

test('gaps of Poisson arrivals are exponentially distributed', () => {
  const options = { rate: 500, durationMs: 10_000 }
  for (const seed of [1, 2, 3, 4, 5]) {
    // Kolmogorov–Smirnov at 0.1 %: 1.95 / √n.
    expect(kolmogorovSmirnov({ ...options, arrivals: 'poisson', seed })).toBeLessThan(1.95 / Math.sqrt(5000))
  }
  expect(kolmogorovSmirnov({ ...options, arrivals: 'uniform', seed: 1 })).toBeGreaterThan(0.3)
})
