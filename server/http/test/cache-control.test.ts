import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  deltaSeconds,
  hasBareDirective,
  hasDirective,
  parseCacheControl,
  parseTargetedCacheControl,
} from '../src/cache-control.ts'

const seconds = (field: string, name = 'max-age') => deltaSeconds(parseCacheControl(field), name)

test('reads names without regard to case, values as tokens or quoted', () => {
  expect(seconds('Public, MAX-AGE=60')).toBe(60)
  expect(seconds('max-age="60"')).toBe(60)
  expect(seconds(' , max-age=60 ,, public')).toBe(60)
  expect(seconds('public')).toBeUndefined()
})

test('takes what is no whole number of seconds for 0', () => {
  for (const field of ['max-age', 'max-age=', 'max-age=-1', 'max-age=1.5', 'max-age=a', 'max-age= 60']) {
    expect([field, seconds(field)]).toEqual([field, 0])
  }
})

test('takes the smallest of several values, and at most 2^31', () => {
  expect(seconds('max-age=60, max-age=30, max-age=90')).toBe(30)
  expect(seconds('max-age=60, max-age=x')).toBe(0)
  expect(seconds('max-age=60,'.repeat(300_000))).toBe(60)
  expect(seconds(`max-age=${'9'.repeat(400)}`)).toBe(2 ** 31)
})

test('finds private whether or not it names fields', () => {
  expect(hasDirective(parseCacheControl('private="x-user, x-name", max-age=60'), 'private')).toBe(true)
  expect(hasDirective(parseCacheControl('extension="private, no-store"'), 'private')).toBe(false)
})

test('lets a permission count only where it stands alone', () => {
  expect(hasBareDirective(parseCacheControl('public'), 'public')).toBe(true)
  expect(hasBareDirective(parseCacheControl('public=no'), 'public')).toBe(false)
})

test('marks as malformed what may have been meant otherwise', () => {
  for (const field of [
    'private; max-age=60',
    'max-age=60, private; x=1',
    'private="x',
    '=60',
    'max-age 60',
  ]) {
    expect([field, parseCacheControl(field).malformed]).toEqual([field, true])
  }
  expect(parseCacheControl('max-age=60, community="UCI", x').malformed).toBe(false)
})

test('reads a targeted field as a structured dictionary', () => {
  const targeted = parseTargetedCacheControl('max-age=60;note="a,b", stale-while-revalidate=30')!
  expect(targeted.malformed).toBe(false)
  expect(deltaSeconds(targeted, 'max-age')).toBe(60)
  expect(deltaSeconds(targeted, 'stale-while-revalidate')).toBe(30)
  expect(deltaSeconds(parseTargetedCacheControl('max-age="60"')!, 'max-age')).toBe(0)
  expect(parseTargetedCacheControl('Max-Age=60')!.malformed).toBe(true)
  expect(parseTargetedCacheControl('  ')).toBeUndefined()
  expect(parseTargetedCacheControl(undefined)).toBeUndefined()
})

test('never throws, and never gives more than 2^31 seconds, whatever the field holds', () => {
  const piece = fc.constantFrom(
    'max-age',
    'private',
    '=',
    '"',
    ',',
    ';',
    '\\',
    '60',
    ' ',
    '-1',
    'é',
    '\u{1F600}',
  )
  const field = fc.oneof(
    fc.string(),
    fc.array(piece).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(field, (given) => {
      for (const directives of [parseCacheControl(given), parseTargetedCacheControl(given)]) {
        if (!directives) continue
        const value = deltaSeconds(directives, 'max-age') ?? 0
        expect(Number.isInteger(value) && value >= 0 && value <= 2 ** 31).toBe(true)
      }
    }),
  )
})

test('a private that stands as a whole member is found or the field is malformed, whatever surrounds it', () => {
  const noise = fc.string({ unit: fc.constantFrom('a', '=', ',', ';', ' ', '1', '-') })
  fc.assert(
    fc.property(noise, noise, (before, after) => {
      const directives = parseCacheControl(`${before}, private${after === '' ? '' : `, ${after}`}`)
      expect(hasDirective(directives, 'private')).toBe(true)
    }),
  )
})
