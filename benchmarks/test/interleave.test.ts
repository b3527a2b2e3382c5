import { describe, expect, test } from 'vitest'
import { interleave, medians, quantileOf } from '../src/cache/interleave.ts'

describe('interleaved rounds', () => {
  test('measure all in turn, every second round backwards, and throw the first rounds away', async () => {
    const order: string[] = []
    const counter = (name: string) => {
      let calls = 0
      return async () => {
        order.push(name)
        return ++calls
      }
    }
    const figures = await interleave({ a: counter('a'), b: counter('b') }, { rounds: 3, warmups: 1 })
    expect(order.join('')).toBe('baabbaab')
    expect(figures).toEqual({ a: [2, 3, 4], b: [2, 3, 4] })
  })

  test('are summed up by the median of each, of whichever figure is asked for', () => {
    const figures = { a: [{ ms: 3 }, { ms: 1 }, { ms: 100 }], b: [{ ms: 5 }] }
    expect(medians(figures, ({ ms }) => ms)).toEqual({ a: 3, b: 5 })
  })
})

describe('a quantile', () => {
  const values = Array.from({ length: 200 }, (_, at) => 200 - at)

  test('is the value that so many do not exceed', () => {
    expect([0.5, 0.99, 1].map((q) => quantileOf(values, q))).toEqual([100, 198, 200])
    expect(quantileOf([7], 0.99)).toBe(7)
  })

  test('of nothing does not exist', () => {
    expect(() => quantileOf([], 0.5)).toThrow('nothing')
  })
})
