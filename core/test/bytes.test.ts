import { type Bytes, formatBytes, parseBytes } from '@hotpath/core'
import * as fc from 'fast-check'
import { expect, expectTypeOf, test } from 'vitest'

const unitBytes = { B: 1, kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

test.each<[Bytes | 'KB', number]>([
  [0, 0],
  [1023.6, 1024],
  ['75kB', 75_000],
  ['64MiB', 67_108_864],
  ['1.5GB', 1_500_000_000],
])('reads %s as %d bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes)
})

test('reads every unit as its power of 1,000 or 1,024, in whole bytes', () => {
  const unit = fc.constantFrom(...(Object.keys(unitBytes) as (keyof typeof unitBytes)[]))
  fc.assert(
    fc.property(fc.nat(100_000), unit, (number, name) => {
      expect(parseBytes(`${number}${name}`)).toBe(number * unitBytes[name])
      expect(Number.isInteger(parseBytes(`${number}.37${name}`))).toBe(true)
    }),
  )
})

test.each([
  '',
  '5',
  'kB',
  '-5kB',
  '5kb',
  '5 TB',
  '1e3B',
  `${'9'.repeat(400)}B`,
  -1,
  NaN,
  Infinity,
  null,
  undefined,
])('refuses %j with HP_BYTES_INVALID', (given) => {
  expect(() => parseBytes(given as Bytes)).toThrow(expect.objectContaining({ code: 'HP_BYTES_INVALID' }))
})

test.each([
  [0, '0B'],
  [512, '512B'],
  [999, '999B'],
  [2_400, '2.4kB'],
  [999_700, '1MB'],
  [61_234, '61.2kB'],
  [1_500_000_000, '1.5GB'],
])('prints %d bytes as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test('prints at most three figures, from which the size is read again within half a percent', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999e9 }), (bytes) => {
      const printed = formatBytes(bytes)
      expect(printed.replaceAll(/\D/g, '').length).toBeLessThanOrEqual(3)
      expect(Math.abs(parseBytes(printed) - bytes)).toBeLessThanOrEqual(bytes * 0.005_01)
    }),
  )
})

test('the type admits a number or a number with a unit, and nothing else', () => {
  expectTypeOf<'64MiB'>().toExtend<Bytes>()
  expectTypeOf<'64 loaves'>().not.toExtend<Bytes>()
})
