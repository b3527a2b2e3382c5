import { setImmediate } from 'node:timers/promises'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { startAlarm } from '../../src/schedule/alarm.ts'
import { pace } from '../../src/schedule/pacer.ts'

const anyDues = fc
  .array(fc.double({ min: 0, max: 40, noNaN: true }), { maxLength: 60 })
  .map((dues) => Float64Array.from(dues).sort())

test('releases every arrival once, in order and never early', async () => {
  await fc.assert(
    fc.asyncProperty(anyDues, async (dues) => {
      await using alarm = await startAlarm()
      const start = performance.now()
      const released: number[] = []
      await pace({
        dues,
        start,
        alarm,
        signal: new AbortController().signal,
        release(index, due) {
          expect(due).toBe(start + dues[index]!)
          expect(performance.now()).toBeGreaterThanOrEqual(due)
          released.push(index)
        },
      })
      expect(released).toEqual(Array.from(dues.keys()))
    }),
    { numRuns: 20 },
  )
})

test('catches up at once with what became due in the past', async () => {
  await using alarm = await startAlarm()
  let released = 0
  const dues = Float64Array.from({ length: 1000 }, (_, index) => index)
  const paced = pace({
    dues,
    start: performance.now() - 2000,
    alarm,
    signal: new AbortController().signal,
    release: () => (released += 1),
  })
  expect(released).toBe(1000)
  await paced
})

test('falls behind without a warning when releasing takes longer than the distance of arrivals', async () => {
  await using alarm = await startAlarm()
  const warnings: Error[] = []
  const note = (warning: Error) => warnings.push(warning)
  process.on('warning', note)
  let released = 0
  await pace({
    dues: Float64Array.from({ length: 20 }, (_, index) => index / 2),
    start: performance.now(),
    alarm,
    signal: new AbortController().signal,
    release() {
      released += 1
      const until = performance.now() + 0.7
      while (performance.now() < until);
    },
  })
  await setImmediate()
  process.off('warning', note)
  expect(released).toBe(20)
  expect(warnings).toEqual([])
})

test('releases nothing more once stopped', async () => {
  await using alarm = await startAlarm()
  const controller = new AbortController()
  let released = 0
  await pace({
    dues: Float64Array.from([0, 1, 2, 3_600_000]),
    start: performance.now(),
    alarm,
    signal: controller.signal,
    release(index) {
      released += 1
      if (index === 2) queueMicrotask(() => controller.abort())
    },
  })
  expect(released).toBe(3)
})
