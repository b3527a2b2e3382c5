import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createKeyGroups } from '../../src/groups.ts'

test('a key belongs to the group before its first colon', () => {
  const { groupOf } = createKeyGroups()
  expect(groupOf('ballot:12:names').name).toBe('ballot')
  expect(groupOf('ballot:13')).toBe(groupOf('ballot:12'))
  expect(groupOf('home').name).toBe('(none)')
  expect(groupOf(':12').name).toBe('(none)')
  expect(groupOf('__proto__:1').name).toBe('__proto__')
})

test('groups may be named by the application', () => {
  const { groupOf } = createKeyGroups({ keyGroup: (key) => key.split('/')[1] ?? '' })
  expect(groupOf('/ballots/12').name).toBe('ballots')
  expect(groupOf('home').name).toBe('(none)')
})

test('a snapshot is what was counted until then, and stays so', () => {
  const { groupOf, snapshot } = createKeyGroups()
  const ballots = groupOf('ballot:12')
  ballots.hits.memory += 2
  ballots.misses.absent += 1
  ballots.loads += 1
  const before = snapshot()
  ballots.hits.memory += 1
  ballots.misses.absent += 1
  ballots.loads += 1
  groupOf('candidate:1').bytes += 100
  expect(before).toEqual([
    {
      name: 'ballot',
      hits: { memory: 2, redis: 0 },
      staleHits: 0,
      misses: { absent: 1, expired: 0, invalidated: 0, unreachable: 0, corrupt: 0 },
      loads: 1,
      loadErrors: 0,
      loadMs: 0,
      sharedLoads: 0,
      bytes: 0,
    },
  ])
  expect(snapshot()).toMatchObject([
    { name: 'ballot', loads: 2 },
    { name: 'candidate', bytes: 100 },
  ])
})

test('however many groups come up, few are told apart, and nothing goes uncounted', () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-f]{0,2}:\d$/)),
      fc.integer({ min: 1, max: 8 }),
      (keys, maxGroups) => {
        const { groupOf, snapshot } = createKeyGroups({ maxGroups })
        for (const key of keys) groupOf(key).loads += 1
        const groups = snapshot()
        expect(groups.filter(({ name }) => name !== 'other').length).toBeLessThanOrEqual(maxGroups)
        expect(groups.reduce((sum, { loads }) => sum + loads, 0)).toBe(keys.length)
        for (const { name, loads } of groups) {
          if (name === 'other') continue
          expect(loads).toBe(
            keys.filter((key) => key.startsWith(name === '(none)' ? ':' : `${name}:`)).length,
          )
        }
      },
    ),
  )
})
