import { expect, test } from 'vitest'
import { startAlarm } from '../../src/schedule/alarm.ts'

test('wakes after each due time, never early, and together for what lies together', async () => {
  await using alarm = await startAlarm()
  const start = performance.now()
  const wakes: number[] = []
  alarm.follow({ dues: Float64Array.of(10, 10.05, 10.1, 60), start }, () => {
    wakes.push(performance.now() - start)
  })
  await expect.poll(() => wakes.at(-1) ?? 0).toBeGreaterThanOrEqual(60)
  expect(wakes[0]).toBeGreaterThanOrEqual(10)
  expect(wakes.length).toBeLessThanOrEqual(3)
})

test('rings so much before what is due alone as it is told to', async () => {
  await using alarm = await startAlarm()
  const start = performance.now()
  let wokenAt = Number.NaN
  alarm.leadBy(999_900)
  alarm.follow({ dues: Float64Array.of(1_000_000), start }, () => (wokenAt = performance.now()))
  await expect.poll(() => wokenAt).toBeGreaterThanOrEqual(start + 100)
})

test('tells nothing twice while it has not been heard', async () => {
  await using alarm = await startAlarm()
  const start = performance.now()
  let wakes = 0
  alarm.follow(
    { dues: Float64Array.from({ length: 200 }, (_, index) => index / 10), start },
    () => (wakes += 1),
  )
  while (performance.now() < start + 100);
  await expect.poll(() => wakes).toBe(1)
})

test('ends while it sleeps, and wakes nobody any more', async () => {
  let wakes = 0
  {
    await using alarm = await startAlarm()
    alarm.follow({ dues: Float64Array.of(3_600_000), start: performance.now() }, () => (wakes += 1))
  }
  expect(wakes).toBe(0)
})
