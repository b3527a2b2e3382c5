import { defineErrors, HotpathError } from '@hotpath/core'
import { expect, expectTypeOf, test } from 'vitest'

const errors = defineErrors({
  HP_PLAIN: { what: 'It broke.', why: 'It was old.', fix: 'Replace it.' },
  HP_FILLED: { what: '{given} broke after {days} days.', why: '{given} was old.', fix: 'Replace {given}.' },
})

test('says what happened, why and what to do, in one message and in three parts', () => {
  const error = errors.HP_PLAIN()
  expect(error).toBeInstanceOf(HotpathError)
  expect(error).toBeInstanceOf(Error)
  expect(error.message).toBe('It broke. It was old. Replace it.')
  expect(error).toMatchObject({
    name: 'HotpathError',
    code: 'HP_PLAIN',
    what: 'It broke.',
    why: 'It was old.',
    fix: 'Replace it.',
  })
})

test('fills every placeholder, once, with what it is given', () => {
  const error = errors.HP_FILLED({ given: '{days} lamps', days: 3 })
  expect(error.message).toBe('{days} lamps broke after 3 days. {days} lamps was old. Replace {days} lamps.')
})

test('keeps the cause', () => {
  const cause = new Error('below')
  expect(errors.HP_PLAIN(undefined, { cause }).cause).toBe(cause)
})

test('asks for its placeholders by type', () => {
  expectTypeOf(errors.HP_FILLED).parameter(0).toEqualTypeOf<Record<'given' | 'days', string | number>>()
  expectTypeOf(errors.HP_PLAIN).parameter(0).toEqualTypeOf<undefined>()
})

test('keeps the entries, for the reference page', () => {
  expect(Object.keys(errors.entries)).toEqual(['HP_PLAIN', 'HP_FILLED'])
})
