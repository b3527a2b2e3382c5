import { compileGlob, matchesGlob } from '@hotpath/cache'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

test.for<[pattern: string, text: string, matches: boolean]>([
  ['ballot:*', 'ballot:12', true],
  ['ballot:*', 'ballot:', true],
  ['ballot:*', 'a ballot:12', false],
  ['*:12', 'ballot:12', true],
  ['*', '', true],
  ['', '', true],
  ['', 'a', false],
  ['ballot:12', 'ballot:12', true],
  ['ballot:12', 'ballot:123', false],
  ['/api/*/results?*', '/api/ballots/results?page=2', true],
  ['a.c', 'abc', false],
  ['[ab]?', 'a1', false],
  ['aba*aba', 'aba', false],
  ['*aab*', 'aaab', true],
  ['Zürich:*:🗳', 'Zürich:2026:🗳', true],
])('%j against %j: %s', ([pattern, text, matches]) => {
  expect(matchesGlob(pattern, text)).toBe(matches)
})

const text = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 12 })
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*'), maxLength: 8 })

/** The obvious definition, exponential in the number of stars. */
function matchesSlowly(pattern: string, text: string): boolean {
  if (pattern === '') return text === ''
  if (pattern[0] !== '*') return pattern[0] === text[0] && matchesSlowly(pattern.slice(1), text.slice(1))
  return matchesSlowly(pattern.slice(1), text) || (text !== '' && matchesSlowly(pattern, text.slice(1)))
}

test('matches exactly what the obvious definition matches', () => {
  fc.assert(
    fc.property(pattern, text, (pattern, text) => {
      expect(matchesGlob(pattern, text)).toBe(matchesSlowly(pattern, text))
    }),
    { numRuns: 2000 },
  )
})

test('a text made by filling the stars matches', () => {
  fc.assert(
    fc.property(pattern, fc.array(fc.string()), (pattern, fillings) => {
      let place = 0
      const filled = pattern.replaceAll('*', () => fillings[place++] ?? '')
      expect(compileGlob(pattern)(filled)).toBe(true)
    }),
  )
})

test('between two stars, a piece is found exactly where the text includes it', () => {
  const repetitive = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'a', 'b'), maxLength })
  fc.assert(
    fc.property(repetitive(10), repetitive(40), repetitive(10), (piece, before, after) => {
      expect(matchesGlob(`*${piece}*`, before)).toBe(before.includes(piece))
      expect(matchesGlob(`*${piece}*`, before + piece + after)).toBe(true)
    }),
    { numRuns: 5000 },
  )
})

test('reads a hostile text once per pattern, not once per place in it', () => {
  const run = 'a'.repeat(50_000)
  const seen = { reads: 0 }
  const counted = (value: string) =>
    Object.assign(Object(value), {
      charCodeAt(index: number) {
        seen.reads += 1
        return value.charCodeAt(index)
      },
      slice: (start: number, end: number) => counted(value.slice(start, end)),
    }) as string
  expect(matchesGlob(`*${'a'.repeat(500)}b${'a'.repeat(500)}*`, counted(run))).toBe(false)
  expect(seen.reads, 'the count is of this search').toBeGreaterThan(run.length / 2)
  expect(seen.reads).toBeLessThanOrEqual(2 * run.length)
})
