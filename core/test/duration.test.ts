import { type Duration, formatDuration, HotpathError, parseDuration } from '@hotpath/core'
import * as fc from 'fast-check'
import { expect, expectTypeOf, test } from 'vitest'

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

test.each<[Duration, number]>([
  [0, 0],
  [1.5, 1.5],
  ['250ms', 250],
  ['30s', 30_000],
  ['1.5h', 5_400_000],
  ['1d', 86_400_000],
])('reads %s as %d ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test('reads any number with any unit as their product, with or without a space', () => {
  const number = fc.tuple(fc.nat(1_000_000), fc.nat(999)).map(([whole, rest]) => `${whole}.${rest}`)
  const unit = fc.constantFrom('ms', 's', 'm', 'h', 'd')
  fc.assert(
    fc.property(number, unit, fc.constantFrom('', ' '), (digits, name, space) => {
      expect(parseDuration(`${digits}${space}${name}`)).toBe(Number(digits) * unitMs[name])
    }),
  )
})

test.each([
  '',
  '5',
  'ms',
  '-5s',
  '5 parsecs',
  '1e3s',
  '5s5s',
  '٥s',
  `${'9'.repeat(400)}s`,
  -1,
  NaN,
  Infinity,
  null,
  undefined,
])('refuses %j with HP_DURATION_INVALID', (given) => {
  expect(() => parseDuration(given as Duration)).toThrow(
    expect.objectContaining({ code: 'HP_DURATION_INVALID' }),
  )
})

test('quotes what it was given', () => {
  expect(() => parseDuration('5 parsecs')).toThrow(/"5 parsecs" is not a duration/)
  expect(() => parseDuration('5 parsecs')).toThrow(HotpathError)
})

test.each([
  [0, '0ms'],
  [0.42, '0.42ms'],
  [12.34, '12.3ms'],
  [999.4, '999ms'],
  [999.7, '1s'],
  [1_500, '1.5s'],
  [59_990, '1m'],
  [900_000, '15m'],
  [86_400_000, '1d'],
])('prints %d ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('prints at most three figures, from which the value is read again within half a percent', () => {
  const upToHundredDays = fc.double({ min: 0.001, max: 100 * unitMs.d, noNaN: true })
  fc.assert(
    fc.property(upToHundredDays, (ms) => {
      const printed = formatDuration(ms)
      expect(printed.replaceAll(/^0\.0*|\D/g, '').length).toBeLessThanOrEqual(3)
      expect(Math.abs(parseDuration(printed) - ms)).toBeLessThanOrEqual(ms * 0.005_01)
    }),
  )
})

test('the type admits a number or a number with a unit, and nothing else', () => {
  expectTypeOf<'5m'>().toExtend<Duration>()
  expectTypeOf<250>().toExtend<Duration>()
  expectTypeOf<'5 parsecs'>().not.toExtend<Duration>()
})
