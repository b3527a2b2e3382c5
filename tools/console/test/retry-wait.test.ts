import { expect, test } from 'vitest'
import { resolveTimes } from '../src/web/data/client.ts'
import { retryWait } from '../src/web/data/retry-wait.ts'

test('waits about as long as the server has been away, up to a bound', () => {
  const waits: number[] = []
  let failedAt = 11_000
  for (let failure = 0; failure < 7; failure++) {
    const wait = retryWait({ every: 1_000, answeredAt: 10_000, failedAt })
    waits.push(wait)
    failedAt += wait
  }
  expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000])
})

test('asks every few seconds where nothing was ever answered, and never more often than when all is well', () => {
  expect(retryWait({ every: 1_000, answeredAt: 0, failedAt: 50_000 })).toBe(3_000)
  expect(retryWait({ every: 30_000, answeredAt: 10_000, failedAt: 11_000 })).toBe(30_000)
})

test('counts the times of a live range from the moment of asking, and leaves fixed ones alone', () => {
  expect(resolveTimes('/t?from=-3600000&route=GET%20/x', 10_000_000)).toBe('/t?from=6400000&route=GET%20/x')
  expect(resolveTimes('/t?from=5&to=9', 10_000_000)).toBe('/t?from=5&to=9')
})
