import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseAcceptEncoding } from '../../src/compress/accept-encoding.ts'

test.each([
  ['gzip, deflate, br, zstd', ['br', 'zstd', 'gzip', 'identity']],
  ['gzip', ['gzip', 'identity']],
  ['br;q=0.5, gzip;q=0.8', ['gzip', 'br', 'identity']],
  ['br;q=0.5, identity', ['identity', 'br']],
  ['*', ['br', 'zstd', 'gzip', 'identity']],
  ['*;q=0', []],
  ['gzip, *;q=0', ['gzip']],
  ['identity;q=0, gzip', ['gzip']],
  ['br;q=0', ['identity']],
  ['br;q=0.000, zstd;q=0.001', ['zstd', 'identity']],
  ['X-GZip', ['gzip', 'identity']],
  ['compress, deflate', ['identity']],
  ['', ['identity']],
  ['br;q=2', ['identity']],
  ['br;q=-1', ['identity']],
  ['br;level=9;q=0', ['identity']],
  ['__proto__, constructor', ['identity']],
])('reads %j as the standard says', (field, expected) => {
  expect(parseAcceptEncoding(field, 'kept')).toEqual(expected)
})

test('never offers what was refused, whatever the order', () => {
  const name = fc.constantFrom('br', 'zstd', 'gzip', 'identity', '*', 'deflate')
  const weight = fc.constantFrom('', ';q=0', ';q=0.3', ';q=1')
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(name, weight), { selector: ([one]) => one }), (parts) => {
      const weights = new Map(parts)
      const accepted = parseAcceptEncoding(parts.map((part) => part.join('')).join(', '), 'passing')
      for (const coding of ['br', 'zstd', 'gzip'] as const) {
        const said = weights.get(coding) ?? weights.get('*')
        expect(accepted.includes(coding)).toBe(said !== undefined && said !== ';q=0')
      }
      const isRefused = (weights.get('identity') ?? weights.get('*')) === ';q=0'
      expect(accepted.includes('identity')).toBe(!isRefused)
    }),
  )
})
