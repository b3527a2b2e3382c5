import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createRestartPolicy } from '../src/workers/restart.ts'

test('the successor of a worker that lasted starts at once, that of a quick end after longer and longer', () => {
  const { pauseAfter } = createRestartPolicy()
  expect([60_000, 5, 5, 5, 60_000, 5].map(pauseAfter)).toEqual([0, 100, 200, 400, 0, 100])
})

test('never longer than half a minute, however often it ends', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 9_999, noNaN: true }), { maxLength: 200 }), (lives) => {
      const { pauseAfter } = createRestartPolicy()
      const pauses = lives.map(pauseAfter)
      expect(pauses.every((pause) => pause >= 100 && pause <= 30_000)).toBe(true)
      expect(pauses).toEqual(pauses.toSorted((one, other) => one - other))
    }),
  )
})
