import { expect, test } from 'vitest'
import { seriesSummary } from '../src/web/parts/series-summary.ts'

test('says the span, the range and the last figure', () => {
  expect(seriesSummary([12, null, 40, 20], { unit: 'ms', stepMs: 15_000 })).toBe(
    'Last 1m: from 12ms to 40ms, last 20ms.',
  )
})

test('says that nothing was measured rather than calling it zero', () => {
  expect(seriesSummary([null, null], { unit: 'ms', stepMs: 5_000 })).toBe('Last 10s: nothing measured.')
})
