import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTurn } from '../../src/http/turn.ts'

test('all that one turn of the event loop reads was ready at one moment, and the next turn has its own', async () => {
  const { readyAt } = createTurn(() => {})
  const before = performance.now()
  const first = readyAt()
  while (performance.now() < first + 2);
  expect(readyAt()).toBe(first)
  expect(first).toBeGreaterThanOrEqual(before)
  await turn()
  await turn()
  expect(readyAt()).toBeGreaterThanOrEqual(first + 2)
})

test('what is left for the end of a turn is worked on once, in order, and at once when asked', async () => {
  const worked: number[] = []
  const { add, finish } = createTurn<number>((item) => worked.push(item))
  add(1)
  add(2)
  expect(worked).toEqual([])
  await turn()
  await turn()
  expect(worked).toEqual([1, 2])
  add(3)
  finish()
  expect(worked).toEqual([1, 2, 3])
  await turn()
  await turn()
  expect(worked).toEqual([1, 2, 3])
})

test('what the work itself leaves waits for the next turn', async () => {
  const worked: number[] = []
  const later = createTurn<number>((item) => {
    worked.push(item)
    if (item < 3) later.add(item + 1)
  })
  later.add(1)
  later.finish()
  expect(worked).toEqual([1])
  await expect.poll(() => worked).toEqual([1, 2, 3])
})
