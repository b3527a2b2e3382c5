import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createUrlDrops } from '../src/url-drops.ts'

test('what began before a URL was dropped is dropped, what began later is not, whatever else was', () => {
  const names = fc.array(fc.string(), { maxLength: 4 })
  const given = fc.record({ seed: fc.integer(), before: names, after: names, url: fc.string() })
  fc.assert(
    fc.property(given, ({ seed, before, after, url }) => {
      const drops = createUrlDrops(seed)
      const place = drops.placeOf(url)
      const early = drops.turn()
      drops.drop([...before, url])
      const late = drops.turn()
      drops.drop(after.filter((other) => drops.placeOf(other) !== place))
      expect([drops.isDropped(place, early), drops.isDropped(place, late)]).toEqual([true, false])
    }),
    { numRuns: 20 },
  )
})

test('few URLs share a place, and others with another seed', () => {
  const urls = Array.from({ length: 1_000 }, (_, index) => `127.0.0.1:4000 /api/items/${index}`)
  const placesBy = (seed: number) => {
    const { placeOf } = createUrlDrops(seed)
    return urls.map(placeOf)
  }
  const [one, other] = [placesBy(1), placesBy(2)]
  expect(new Set(one).size).toBeGreaterThan(950)
  expect(one.filter((place, index) => place === other[index]).length).toBeLessThan(50)
})
