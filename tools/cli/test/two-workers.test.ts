import { expect, test } from 'vitest'
import { twoWorkersNote } from '../src/prove/two-workers.ts'

const measured = { achievedRate: 31_234.4, requests: 60_000, errors: 0, cpuSeconds: 2, fleetRate: 50_000 }

test('two workers: forecasts the cores of a rate by what a CPU-second served', () => {
  expect(twoWorkersNote(measured)).toBe(
    'Two workers, the generator on the same cores: 31,234 requests/s, 0 errors; 30,000 per CPU-second of the workers, Redis included, so 50,000/s are forecast from 2 such cores.',
  )
})

test('two workers: forecasts nothing where CPU time cannot be read', () => {
  expect(twoWorkersNote({ ...measured, cpuSeconds: null })).toMatch(
    /requests\/s, 0 errors; .* cannot be read/,
  )
})
