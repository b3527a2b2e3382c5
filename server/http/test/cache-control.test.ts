import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  deltaSeconds,
  fieldsNamed,
  hasBareDirective,
  hasDirective,
  parseCacheControl,
  parseTargetedCacheControl,
  targetedCacheControl,
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
  expect(deltaSeconds(targeted, 'max-age')).toBe(60)
  expect(deltaSeconds(targeted, 'stale-while-revalidate')).toBe(30)
  expect(deltaSeconds(parseTargetedCacheControl('max-age="60"')!, 'max-age')).toBe(0)
})

test('takes a targeted field that is no dictionary for none', () => {
  const broken = ['', '  ', 'Max-Age=60', 'max-age=60,', 'max-age = 60', 'max-age= 60', 'max-age=60 private']
  const worse = ['a=1, &&&', 'a=60s', 'a="x', 'a=:?:', 'a=(1 2', 'a=(1"x")', 'a=1.2.3', 'a;b;=1', 'a=é']
  for (const field of [...broken, ...worse]) {
    expect([field, parseTargetedCacheControl(field)]).toEqual([field, undefined])
  }
  const fine = [
    'a',
    'a=?0',
    'a=(1 "x");q=1, b',
    'a=tok/en:1;p="x"',
    'a=-1.5',
    'a=@17',
    'a=:aGk=:',
    'a,\t b',
    '*x=1',
  ]
  for (const field of fine)
    expect([field, parseTargetedCacheControl(field) !== undefined]).toEqual([field, true])
})

test('takes the last of repeated members, and our own field before that of any CDN', () => {
  expect(deltaSeconds(parseTargetedCacheControl('max-age=1, max-age=60')!, 'max-age')).toBe(60)
  const both = { 'cdn-cache-control': 'max-age=1', 'hotpath-cache-control': 'max-age=2' }
  const ruling = (headers: Record<string, string>) => deltaSeconds(targetedCacheControl(headers)!, 'max-age')
  expect(ruling(both)).toBe(2)
  expect(ruling({ ...both, 'hotpath-cache-control': 'Max-Age=2' })).toBe(1)
})

test('finds the fields that a directive is about, where it names some', () => {
  const named = (field: string) => fieldsNamed(parseCacheControl(field), 'private')
  expect(named('private="X-User, x-name"')).toEqual(['x-user', 'x-name'])
  expect(named('private="a", private="b"')).toEqual(['a', 'b'])
  for (const whole of [
    'private',
    'private=a',
    'private=""',
    'private="a b"',
    'private, private="a"',
    'public',
  ]) {
    expect([whole, named(whole)]).toEqual([whole, undefined])
  }
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
