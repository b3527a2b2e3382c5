import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  defaultRange,
  rangeQuery,
  readRange,
  type TimeRange,
  writeRange,
} from '../src/web/shell/time-range.ts'

const read = (text: string) => readRange(new URLSearchParams(text))
const hour = 3_600_000

test('reads what it writes, live and fixed', () => {
  const fixed = fc
    .tuple(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 60_000, max: 1e10 }))
    .map(([from, length]): TimeRange => ({ kind: 'fixed', from, to: from + length }))
  const live = fc.integer({ min: 1, max: 999 }).map((minutes): TimeRange => ({
    kind: 'live',
    spanMs: minutes < 60 ? minutes * 60_000 : hour * (minutes % 100 || 1),
  }))
  fc.assert(
    fc.property(fc.oneof(fixed, live), (range) => {
      expect(readRange(new URLSearchParams(writeRange(range)))).toEqual(range)
    }),
  )
})

test('takes whatever an address holds: what it cannot read is the last hour', () => {
  for (const text of [
    '',
    'from=-x',
    'from=-1y',
    'from=yesterday',
    'from=2026-01-02T00:00Z&to=2026-01-01T00:00Z',
  ]) {
    expect(read(text)).toEqual(defaultRange)
  }
  fc.assert(fc.property(fc.string(), fc.string(), (from, to) => void read(`from=${from}&to=${to}`)))
  expect(read('from=-99999d')).toEqual({ kind: 'live', spanMs: 7 * 24 * hour })
})

test('asks the server for a live range by its length, for a fixed one by its ends', () => {
  expect(rangeQuery(read('from=-6h'))).toBe(`from=-${6 * hour}`)
  expect(rangeQuery({ kind: 'fixed', from: 1, to: 2 })).toBe('from=1&to=2')
})
