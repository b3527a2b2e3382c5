import { expect, test } from 'vitest'
import { errorPage } from '../error-page.ts'

const entry = { what: 'a | b', why: 'since x < y', fix: 'do it' }

test('each code has a row, and what would break the table is escaped', () => {
  expect(errorPage([{ name: '@hotpath/x', entries: { HP_X: entry } }])).toContain(
    '| `HP_X` | a \\| b | since x &lt; y | do it |',
  )
})

test('one code cannot belong to two packages', () => {
  const twice = [
    { name: '@hotpath/x', entries: { HP_X: entry } },
    { name: '@hotpath/y', entries: { HP_X: entry } },
  ]
  expect(() => errorPage(twice)).toThrow('HP_X is declared by @hotpath/x and by @hotpath/y')
})
