import { expect, test } from 'vitest'
import { playBatch } from './simulation/batch.ts'
import { readKnownHistories } from './simulation/known-histories.ts'
import { createMutant } from './simulation/mutant.ts'
import { mutations } from './simulation/mutations.ts'

/** The same every time: what fails here fails again. `npm run soak -- cache-simulated` plays others. */
const seeds = [1, 2, 3, 4]

const known = readKnownHistories()
const timeout = 120_000

test.for(seeds)('no simulated history breaks a guarantee (seed %i)', { timeout }, async (seed) => {
  const { histories, faults, counterexample } = await playBatch({ seed, histories: 600, known })
  expect(counterexample).toBeNull()
  expect(histories).toBe(600)
  expect(Object.values(faults).reduce((sum, times) => sum + times, 0)).toBeGreaterThan(100)
})

test.for(mutations)('it is found out that $name', { timeout }, async ({ edits, caughtBy }) => {
  await using mutant = await createMutant(edits)
  const play = mutant.playHistory
  const { counterexample } = await playBatch({ seed: 1, histories: 800, play, shrink: false, known })
  const broken = counterexample?.violations.map(({ invariant }) => invariant) ?? []
  expect(broken.filter((invariant) => caughtBy.includes(invariant))).not.toEqual([])
})
