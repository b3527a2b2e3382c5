import { expect, test } from 'vitest'
import { usedByOthers } from '../../src/observe/machine-use.ts'

test('what others used of the machine is what it did less what is ours', () => {
  const before = { all: 100, ours: 10, at: 0 }
  expect(usedByOthers(before, { all: 104, ours: 13, at: 2000 }, 2)).toBe(0.25)
  // Ticks are coarse: ours can seem to be more than all.
  expect(usedByOthers(before, { all: 103, ours: 13.02, at: 2000 }, 2)).toBe(0)
  expect(usedByOthers(before, { all: 104, ours: null, at: 2000 }, 2)).toBe(null)
})
