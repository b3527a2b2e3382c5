import { afterAll, beforeAll, expect, test } from 'vitest'
import { difference } from '../../soak/fast-path/compare.ts'
import { once } from '../../soak/fast-path/history.ts'
import { play } from '../../soak/fast-path/play.ts'
import { shapes } from '../../soak/fast-path/shapes.ts'
import { startSubject, type Subject } from '../../soak/fast-path/subject.ts'
import { make, type Mistake, mistakes } from './planted.ts'

let current: Mistake = {}
let right: Subject
let wrong: Subject
beforeAll(async () => {
  // Behind the same stream, so that nothing but the mistake is another.
  right = await startSubject('plain', { setup: {}, tamper: make(() => ({})) })
  wrong = await startSubject('plain', { setup: {}, tamper: make(() => current) })
})
afterAll(async () => {
  await right[Symbol.asyncDispose]()
  await wrong[Symbol.asyncDispose]()
})

let plays = 0

/** The first odd shapes that the two servers answer differently, by name; none where they agree in all of them. */
async function differing(mistake: Mistake): Promise<string[]> {
  current = mistake
  const all = Object.entries(shapes)
  for (let from = 0; from < all.length; from += 30) {
    const found = await Promise.all(
      all.slice(from, from + 30).map(async ([name, text]) => {
        const id = (plays += 1).toString(36).padStart(6, '0')
        const [one, other] = await Promise.all([play(once(text), right, id), play(once(text), wrong, id)])
        return difference(one, other) === null ? [] : [name]
      }),
    )
    if (found.flat().length > 0) return found.flat()
  }
  return []
}

test('A server through which everything goes unchanged is found faultless', async () => {
  expect(await differing({})).toEqual([])
})

test.each(Object.entries(mistakes))('A server that %s is found out', async (_name, mistake) => {
  expect((await differing(mistake)).length).toBeGreaterThan(0)
})
