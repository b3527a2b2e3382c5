import { createTagSpace, type TagSpace } from '@hotpath/cache'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { histories } from './model/operations.ts'
import { createWorld } from './model/world.ts'

test('no history of loads, invalidations, sets, deletes and expiries breaks a guarantee', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const play = createWorld({ space: createTagSpace(), maxEntries: 100, expectSingleFlight: true })
      expect(await play(history)).toEqual([])
    }),
    { numRuns: 3000 },
  )
})

test('the guarantees hold while tag marks are forgotten and entries evicted', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      const space = createTagSpace({ maxMarks: 1 })
      expect(await createWorld({ space, maxEntries: 2, expectSingleFlight: false })(history)).toEqual([])
    }),
    { numRuns: 3000 },
  )
})

/** A tag space without a fence: nothing is ever overtaken. */
function fenceless(): TagSpace {
  return { ...createTagSpace(), overtaken: () => false }
}

/** A tag space that forgets its oldest marks without raising a floor. */
function forgetful(): TagSpace {
  const marks = new Map<string, number>()
  let stamp = 0
  return {
    asOf: () => stamp,
    advance(tags) {
      stamp += 1
      for (const tag of tags) {
        marks.clear()
        marks.set(tag, stamp)
      }
    },
    overtaken: (tags, asOf) => tags.some((tag) => (marks.get(tag) ?? 0) > asOf),
  }
}

/** A tag space that stamps a load with the future, as one does that asks only when the load has ended. */
function stampedTooLate(): TagSpace {
  const space = createTagSpace()
  return { ...space, asOf: () => space.asOf() + 1 }
}

test.for([
  ['without a fence', fenceless],
  ['that forgets marks without a floor', forgetful],
  ['that stamps loads too late', stampedTooLate],
] as const)('the same histories find a tag space %s', async ([, broken]) => {
  const property = fc.asyncProperty(histories, async (history) => {
    const play = createWorld({ space: broken(), maxEntries: 100, expectSingleFlight: false })
    return (await play(history)).length === 0
  })
  const { failed } = await fc.check(property, { numRuns: 3000, seed: 1 })
  expect(failed).toBe(true)
})
