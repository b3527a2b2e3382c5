import { afterEach, expect, test, vi } from 'vitest'
import { type CoreMark, speedsBetween, watchCoreSpeeds } from '../../src/run/core-speed.ts'

/** Marks of two cores, half a second apart: what each counted per millisecond of its CPU time, and how much it had. */
function marksOf(slices: readonly (readonly [perMs: number, cpuMs: number][])[]): CoreMark[] {
  const totals = [0, 1].map((core) => ({ core, counted: 0, cpuMs: 0 }))
  const marks: CoreMark[] = [{ at: 0, counts: structuredClone(totals) }]
  for (const [index, slice] of slices.entries()) {
    for (const [core, [perMs, cpuMs]] of slice.entries()) {
      totals[core]!.counted += perMs * cpuMs
      totals[core]!.cpuMs += cpuMs
    }
    marks.push({ at: 500 * (index + 1), counts: structuredClone(totals) })
  }
  return marks
}

afterEach(() => vi.useRealTimers())

const full = [50, 500] as const
const slow = [30, 500] as const

test('a core is as fast as what it counts in its CPU time, beside the fastest that was seen', () => {
  const marks = marksOf([
    [[...full], [...full]],
    [[...slow], [...full]],
    [
      [25, 100],
      [40, 500],
    ],
    [[...full], [...full]],
  ])
  expect(speedsBetween(marks, 0, 500)).toEqual([
    { core: 0, mean: 1, least: 1 },
    { core: 1, mean: 1, least: 1 },
  ])
  expect(speedsBetween(marks, 500, 1500)).toEqual([
    { core: 0, mean: expect.closeTo((30 * 500 + 25 * 100) / 600 / 50), least: 0.5 },
    { core: 1, mean: expect.closeTo(0.9), least: 0.8 },
  ])
})

test('a slice belongs to the time that holds its middle', () => {
  const marks = marksOf([
    [[...full], [...full]],
    [[...slow], [...slow]],
    [[...full], [...full]],
  ])
  expect(speedsBetween(marks, 300, 700).map(({ mean }) => mean)).toEqual([null, null])
  expect(speedsBetween(marks, 700, 800).map(({ mean }) => mean)).toEqual([0.6, 0.6])
})

test('of a core that others use all the time nothing is known, and it is not what others are held against', () => {
  const marks = marksOf([
    [[20, 9], [...full]],
    [[70, 50], [...slow]],
  ])
  expect(speedsBetween(marks, 0, 500)).toEqual([
    { core: 0, mean: null, least: null },
    { core: 1, mean: 1, least: 1 },
  ])
  expect(speedsBetween(marks, 500, 1000)[1]).toEqual({ core: 1, mean: 0.6, least: 0.6 })
  expect(speedsBetween([], 0, 1000)).toEqual([])
  expect(
    speedsBetween(
      marksOf([
        [
          [1, 1],
          [1, 1],
        ],
      ]),
      0,
      500,
    ),
  ).toEqual([
    { core: 0, mean: null, least: null },
    { core: 1, mean: null, least: null },
  ])
})

test('a watch says what its shares are of, which grows when a core is faster than any was before', () => {
  vi.useFakeTimers()
  const marks = marksOf([
    [[...slow], [...slow]],
    [[...slow], [...slow]],
    [[...full], [...slow]],
  ])
  using speeds = watchCoreSpeeds({ counts: () => marks.shift()!.counts.slice() })
  expect(speeds.fastest()).toBeNaN()
  vi.advanceTimersByTime(1_000)
  expect(speeds.fastest()).toBeCloseTo(30)
  const until = performance.now()
  expect(speeds.between(0, until).map(({ mean }) => mean)).toEqual([1, 1])
  vi.advanceTimersByTime(500)
  expect(speeds.fastest()).toBeCloseTo(50)
  expect(speeds.between(0, until).map(({ mean }) => mean)).toEqual([0.6, 0.6])
})
