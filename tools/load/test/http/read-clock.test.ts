import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createReadClock } from '../../src/http/read-clock.ts'

test('all that one turn of the event loop reads was ready at one moment, and the next turn has its own', async () => {
  const readyAt = createReadClock()
  const before = performance.now()
  const first = readyAt()
  while (performance.now() < first + 2);
  expect(readyAt()).toBe(first)
  expect(first).toBeGreaterThanOrEqual(before)
  await turn()
  await turn()
  expect(readyAt()).toBeGreaterThanOrEqual(first + 2)
})
