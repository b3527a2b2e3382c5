import { createTagSpace } from '@hotpath/cache'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

test('a tag overtakes what was loaded before it was advanced, and nothing else', () => {
  const space = createTagSpace()
  const before = space.asOf()
  space.advance(['ballot:1', 'ballots'])
  const after = space.asOf()
  expect(space.overtaken(['ballot:1'], before)).toBe(true)
  expect(space.overtaken(['ballot:2', 'ballots'], before)).toBe(true)
  expect(space.overtaken(['ballot:2'], before)).toBe(false)
  expect(space.overtaken(['ballot:1', 'ballots'], after)).toBe(false)
  expect(space.overtaken([], before)).toBe(false)
})

test('advancing no tag changes nothing', () => {
  const space = createTagSpace()
  const before = space.asOf()
  space.advance([])
  expect(space.asOf()).toBe(before)
})

const names = ['a', 'b', 'c', 'd', 'e']
const tag = fc.constantFrom(...names)
const advances = fc.array(fc.uniqueArray(tag, { minLength: 1 }), { maxLength: 30 })

test('however few marks are kept, nothing that was overtaken comes back', () => {
  fc.assert(
    fc.property(advances, fc.integer({ min: 1, max: 6 }), (history, maxMarks) => {
      const space = createTagSpace({ maxMarks })
      const exact = createTagSpace()
      const stamps = [space.asOf()]
      for (const tags of history) {
        space.advance(tags)
        exact.advance(tags)
        stamps.push(space.asOf())
      }
      for (const stamp of stamps) {
        const lost = names.filter((one) => exact.overtaken([one], stamp) && !space.overtaken([one], stamp))
        expect(lost).toEqual([])
      }
      expect(space.overtaken(names, space.asOf()), 'what is loaded now is valid').toBe(false)
    }),
  )
})

test('while all marks fit, none is forgotten', () => {
  fc.assert(
    fc.property(advances, fc.nat(30), tag, (history, place, one) => {
      const space = createTagSpace({ maxMarks: 5 })
      for (const tags of history.slice(0, place)) space.advance(tags)
      const stamp = space.asOf()
      const rest = history.slice(place)
      for (const tags of rest) space.advance(tags)
      expect(space.overtaken([one], stamp)).toBe(rest.some((tags) => tags.includes(one)))
    }),
  )
})

test('the marks advanced longest ago are forgotten first', () => {
  const space = createTagSpace({ maxMarks: 2 })
  space.advance(['a'])
  space.advance(['b'])
  space.advance(['a'])
  const stamp = space.asOf()
  space.advance(['c'])
  expect(space.overtaken(['a'], stamp), 'b was forgotten, not a').toBe(false)
  expect(space.overtaken(['other'], stamp), 'only what is older than b’s mark counts as overtaken').toBe(
    false,
  )
  expect(space.overtaken(['other'], 1)).toBe(true)
})
