import { expect, test } from 'vitest'
import { renderTable } from '../src/table.ts'

test('columns are as wide as their widest cell, figures to the right', () => {
  expect(
    renderTable(
      ['Name', 'p95'],
      [
        ['a', '1ms'],
        ['longer name', '120ms'],
      ],
      ['left', 'right'],
    ),
  ).toBe(['Name           p95', '───────────  ─────', 'a              1ms', 'longer name  120ms'].join('\n'))
})
