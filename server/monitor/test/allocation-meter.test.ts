import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createAllocationMeter } from '../src/allocation-meter.ts'

/** Objects of some kilobytes each, of which one in a hundred is kept. */
function allocate(count: number): unknown[] {
  const kept: unknown[] = []
  for (let index = 0; index < count; index++) {
    const made = Array.from({ length: 300 }, (_, place) => ({ index, place }))
    if (index % 100 === 0) kept.push(made)
  }
  return kept
}

test('what is allocated is counted within a few per cent, however often it is collected meanwhile', () => {
  const meter = createAllocationMeter()
  allocate(2_000)
  const counted = (count: number) => {
    const before = meter.total()
    const kept = allocate(count)
    const bytes = meter.total() - before
    return { bytes: bytes / count, kept }
  }
  counted(500)
  const figures = [1_000, 4_000, 2_000, 8_000].map((count) => counted(count).bytes)
  // An object of two fields takes 32 bytes or 28, an array 8 bytes or 4 a place: whatever it is, it is always the same.
  expect(figures[0]).toBeGreaterThan(300 * 20)
  for (const figure of figures) expect(Math.abs(figure / figures[0]! - 1)).toBeLessThan(0.05)
  meter.close()
})

test('it rests when nobody asks, and begins anew', async () => {
  const meter = createAllocationMeter({ idleMs: 0, everyMs: 10 })
  meter.total()
  allocate(1_000)
  const before = meter.total()
  expect(before).toBeGreaterThan(1_000_000)
  const deadline = Date.now() + 5_000
  let after = before
  while (after >= before && Date.now() < deadline) {
    await sleep(50)
    after = meter.total()
  }
  expect(after).toBeLessThan(1_000_000)
  meter.close()
})
