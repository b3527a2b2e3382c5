import { expect, test } from 'vitest'
import { slowedText } from '../src/load/keep-awake.ts'

test('says which cores were slower than they can be, and nothing of the others', () => {
  const full = { core: 0, mean: 0.97, least: 0.8 }
  expect(slowedText([full, { core: 1, mean: 0.618, least: 0.5 }])).toContain('core 1 at 62 %.')
  expect(slowedText([full, { core: 1, mean: null, least: null }])).toBeNull()
  expect(slowedText([])).toBeNull()
})
