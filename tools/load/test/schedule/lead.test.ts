import { expect, test } from 'vitest'
import { createRandom } from '../../src/random/random.ts'
import { comesAlone, mostLeadMs, nextLead } from '../../src/schedule/lead.ts'

test('learns how long waking takes, and never more than half a millisecond', () => {
  const random = createRandom(1)
  const settled = (wakeMs: () => number) => {
    let lead = 0
    for (let wake = 0; wake < 500; wake++) lead = nextLead(lead, wakeMs() - lead)
    return lead
  }
  expect(settled(() => 0.3 + 0.1 * (random.next() - 0.5))).toBeCloseTo(0.3, 1)
  expect(settled(() => 4)).toBe(mostLeadMs)
  expect(settled(() => 0)).toBeLessThan(0.05)
})

test('what follows closely on another has no alarm of its own', () => {
  const dues = Float64Array.of(5, 5.4, 9)
  expect(Array.from(dues.keys(), (index) => comesAlone(dues, index))).toEqual([true, false, true])
})
