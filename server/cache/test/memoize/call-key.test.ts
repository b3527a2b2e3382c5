import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { callKey } from '../../src/call-key.ts'

const primitive = fc.oneof(
  fc.string(),
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom(null, undefined, '', '1', ',', '"', 1, 1n, -0, 0, NaN, 'null', 'undefined'),
)

test('two calls have one key exactly when their arguments are the same', () => {
  const calls = fc.array(primitive, { maxLength: 3 })
  const withoutEnd = (args: unknown[]) => {
    const given = [...args]
    while (given.length > 0 && given.at(-1) === undefined) given.pop()
    return given
  }
  fc.assert(
    fc.property(calls, calls, (one, other) => {
      const [a, b] = [withoutEnd(one), withoutEnd(other)]
      const same = a.length === b.length && a.every((argument, index) => Object.is(argument, b[index]))
      expect(callKey('load', one) === callKey('load', other)).toBe(same)
    }),
    { numRuns: 5000 },
  )
})

test('zero below zero is another argument', () => {
  expect(callKey('load', [-0])).not.toBe(callKey('load', [0]))
})

test('a key begins with the name, so that this is its group', () => {
  expect(callKey('ballot', [])).toBe('ballot:')
  expect(callKey('ballot', [12, 'de', undefined, true, 3n, undefined])).toBe(
    'ballot:12,"de",undefined,true,3n',
  )
})

test.for([{}, [], () => 1, Symbol('a'), new Date()])('%o makes no key', (argument) => {
  expect(() => callKey('ballot', [1, argument])).toThrow(
    expect.objectContaining({
      code: 'HP_CACHE_CALL_ARGUMENT',
      what: expect.stringContaining('a call of ballot: its argument 2 is a') as string,
    }),
  )
})
