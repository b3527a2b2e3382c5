import { createTagSpace, type Mark, type TagSpace } from '@hotpath/cache'
import type { Clock } from '@hotpath/core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { histories } from './model/operations.ts'
import { createWorld } from './model/world.ts'

test('no history of loads, invalidations, sets, deletes and expiries breaks a guarantee', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const openSpace = (clock: Clock) => createTagSpace({ clock })
      const play = createWorld({ openSpace, maxEntries: 100, expectSingleFlight: true })
      expect(await play(history)).toEqual([])
    }),
    { numRuns: 3000 },
  )
})

test('the guarantees hold while tag marks are forgotten and entries evicted', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const openSpace = (clock: Clock) => createTagSpace({ clock, maxMarks: 1 })
      expect(await createWorld({ openSpace, maxEntries: 2, expectSingleFlight: false })(history)).toEqual([])
    }),
    { numRuns: 3000 },
  )
})

/** A tag space without a fence: nothing is ever overtaken. */
function fenceless(clock: Clock): TagSpace {
  const space = createTagSpace({ clock })
  return {
    ...space,
    check: () => ({ standing: 'current', softAt: Infinity }),
    changedSince: () => false,
  }
}

/** A tag space that forgets its marks without raising a floor. */
function forgetful(clock: Clock): TagSpace {
  const space = createTagSpace({ clock })
  const seen = new Set<Mark>()
  return {
    ...space,
    fence(...given) {
      const fence = space.fence(...given)
      for (const mark of fence.marks) seen.add(mark)
      return fence
    },
    change(change) {
      for (const mark of seen) mark.top = mark.hard = 0
      return space.change(change)
    },
  }
}

/** A tag space that stamps a load with the future, as one does that asks only when the load has ended. */
function stampedTooLate(clock: Clock): TagSpace {
  const space = createTagSpace({ clock })
  return { ...space, asOf: () => space.asOf() + 1 }
}

test.for([
  ['without a fence', fenceless],
  ['that forgets marks without a floor', forgetful],
  ['that stamps loads too late', stampedTooLate],
] as const)('the same histories find a tag space %s', async ([, broken]) => {
  const property = fc.asyncProperty(histories, async (history) => {
    const play = createWorld({ openSpace: broken, maxEntries: 100, expectSingleFlight: false })
    return (await play(history)).length === 0
  })
  const { failed } = await fc.check(property, { numRuns: 3000, seed: 1 })
  expect(failed).toBe(true)
})
