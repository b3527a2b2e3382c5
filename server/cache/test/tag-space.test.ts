import { createTagSpace, type Mark, type TagSpace } from '@hotpath/cache'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'

const advance = (space: TagSpace, tags: readonly string[]) =>
  space.change({ tags, keys: [], patterns: [], hard: true, ack: 'redis' })

/** Whether something that depends on these tags, loaded as of a stamp, was overtaken. */
function isOvertaken(space: TagSpace, tags: readonly string[], asOf: number): boolean {
  const scope = space.scope('test')
  return space.check(space.fence(tags, asOf, scope), { key: 'a', scope }).standing === 'overtaken'
}

test('a tag overtakes what was loaded before it was advanced, and nothing else', async () => {
  const space = createTagSpace()
  const before = space.asOf()
  await advance(space, ['ballot:1', 'ballots'])
  const after = space.asOf()
  expect(isOvertaken(space, ['ballot:1'], before)).toBe(true)
  expect(isOvertaken(space, ['ballot:2', 'ballots'], before)).toBe(true)
  expect(isOvertaken(space, ['ballot:2'], before)).toBe(false)
  expect(isOvertaken(space, ['ballot:1', 'ballots'], after)).toBe(false)
  expect(isOvertaken(space, [], before)).toBe(false)
})

const names = ['a', 'b', 'c', 'd', 'e']
const tag = fc.constantFrom(...names)
const advances = fc.array(fc.uniqueArray(tag, { minLength: 1 }), { maxLength: 30 })

test('however few marks are kept, nothing that was overtaken comes back', async () => {
  await fc.assert(
    fc.asyncProperty(advances, fc.integer({ min: 1, max: 6 }), async (history, maxMarks) => {
      const space = createTagSpace({ maxMarks })
      const exact = createTagSpace()
      const stamps = [space.asOf()]
      for (const tags of history) {
        await advance(space, tags)
        await advance(exact, tags)
        stamps.push(space.asOf())
      }
      for (const stamp of stamps) {
        const lost = names.filter(
          (one) => isOvertaken(exact, [one], stamp) && !isOvertaken(space, [one], stamp),
        )
        expect(lost).toEqual([])
      }
      expect(isOvertaken(space, names, space.asOf()), 'what is loaded now is valid').toBe(false)
    }),
  )
})

test('while all marks fit, none is forgotten', async () => {
  await fc.assert(
    fc.asyncProperty(advances, fc.nat(30), tag, async (history, place, one) => {
      const space = createTagSpace({ maxMarks: 5 })
      for (const tags of history.slice(0, place)) await advance(space, tags)
      const stamp = space.asOf()
      const rest = history.slice(place)
      for (const tags of rest) await advance(space, tags)
      expect(isOvertaken(space, [one], stamp)).toBe(rest.some((tags) => tags.includes(one)))
    }),
  )
})

test('a mark that something kept carries is not forgotten, whatever else goes on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(1000), { maxLength: 50 }), fc.nat(50), async (others, place) => {
      const space = createTagSpace({ maxMarks: 1 })
      const scope = space.scope('test')
      const kept = space.fence(['kept'], space.asOf(), scope)
      space.hold((): Iterable<readonly Mark[]> => [kept.marks])
      for (const other of others.slice(0, place)) await advance(space, [`other:${other}`])
      expect(space.check(kept, { key: 'a', scope }).standing).toBe('current')
      await advance(space, ['kept'])
      for (const other of others.slice(place)) await advance(space, [`other:${other}`])
      expect(space.check(kept, { key: 'a', scope }).standing).toBe('overtaken')
    }),
  )
})
