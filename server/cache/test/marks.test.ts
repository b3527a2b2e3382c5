import { expect, test } from 'vitest'
import { createMark, createMarkTable, type Mark } from '../src/marks.ts'

const fresh = (name: string) => createMark(name, { top: 0, hard: 0, dropped: 0 })

test('marks that nothing kept carries do not gather, however few of them maxMarks forbids', () => {
  const table = createMarkTable({ maxMarks: 1_000_000, fresh, forgotten: () => {} })
  const kept: (readonly Mark[])[] = []
  table.hold(() => kept)
  for (let number = 0; number < 100_000; number++) {
    const marks = table.intern([`tag:${number}`])
    if (number % 100 === 0) kept.push(marks)
  }
  expect(table.size()).toBeLessThan(15_000)
  expect(kept.flat().every(({ name, attached }) => attached && table.find(name) !== undefined)).toBe(true)
})

test('a walk over much that is kept is not made for every few marks', () => {
  const held = [[fresh('held')]]
  let walks = 0
  const table = createMarkTable({ maxMarks: 100_000, fresh, forgotten: () => {} })
  table.hold(function* () {
    walks += 1
    for (let step = 0; step < 50_000; step++) yield held[0]!
  })
  for (let number = 0; number < 120_000; number++) table.intern([`tag:${number}`])
  expect(walks).toBeLessThan(5)
})
