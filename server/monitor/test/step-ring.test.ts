import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createStepRing, stepsBetween } from '../src/step-ring.ts'

const size = 8
const stepMs = 100

function createRing() {
  return createStepRing({
    stepMs,
    size,
    create: () => ({ sum: 0 }),
    empty: (step) => {
      step.sum = 0
    },
  })
}

/** Gaps from within a step to far beyond the whole ring. */
const gaps = fc.array(fc.oneof(fc.nat(30), fc.nat(300), fc.nat(5_000)), { minLength: 1, maxLength: 60 })

test('holds for each of the last steps what was recorded in it, whatever the gaps between', () => {
  fc.assert(
    fc.property(gaps, fc.nat(1_000), (gaps, start) => {
      const ring = createRing()
      const model = new Map<number, number>()
      let now = start
      for (const gap of gaps) {
        now += gap
        ring.at(now).sum += 1
        const number = Math.floor(now / stepMs)
        model.set(number, (model.get(number) ?? 0) + 1)
      }
      const current = ring.numberOf(now)
      for (let number = current; number > current - size; number--) {
        expect(ring.get(number)?.sum).toBe(model.get(number))
      }
    }),
  )
})

test('forgets what is longer ago than its size, also when nothing was recorded since', () => {
  const ring = createRing()
  ring.at(0).sum = 5
  expect(ring.get(size)).toBeUndefined()
  ring.at(size * stepMs).sum += 1
  expect(ring.get(0)).toBeUndefined()
  expect(ring.get(size)?.sum).toBe(1)
})

test('gives the steps between two numbers, oldest first, without the empty ones', () => {
  const ring = createRing()
  for (const time of [0, 250, 299, 700]) ring.at(time).sum += 1
  expect(stepsBetween(ring, 0, 7).map(({ sum }) => sum)).toEqual([1, 2, 1])
  expect(stepsBetween(ring, 1, 6).map(({ sum }) => sum)).toEqual([2])
  expect(stepsBetween(ring, 3, 6)).toEqual([])
})
