import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseWarm } from '../src/warm-request.ts'

const known = ['cities', 'ballots']

test('all tasks, some, and how many loads at a time', () => {
  expect(parseWarm('{}', known)).toEqual({})
  expect(parseWarm('{"names":["ballots"]}', known)).toEqual({ names: ['ballots'] })
  expect(parseWarm('{"names":["cities"],"concurrency":4}', known)).toEqual({
    names: ['cities'],
    concurrency: 4,
  })
})

test.each([
  ['{', 'its body is not JSON'],
  ['{"names":"cities"}', '"names" is not a list'],
  ['{"names":[]}', '"names" is not a list'],
  ['{"names":[1]}', '"names" is not a list'],
  ['{"names":["towns"]}', 'there is no task "towns" among cities, ballots'],
  ['{"concurrency":0}', '"concurrency" is not a whole number from 1 to 256'],
  ['{"concurrency":1.5}', '"concurrency" is not'],
  ['{"concurrency":"4"}', '"concurrency" is not'],
  ['{"concurrency":1000}', '"concurrency" is not'],
])('%s is refused: %s', (body, problem) => {
  expect(() => parseWarm(body, known)).toThrow(problem)
})

test('an application without tasks says how to declare some', () => {
  expect(() => parseWarm('{}', [])).toThrow('option warm of createHotpath')
})

test('whatever is sent, the answer is a request or HP_WARM_INVALID', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
      try {
        expect(parseWarm(body, known).names ?? []).toSatisfy((names: string[]) =>
          names.every((name) => known.includes(name)),
        )
      } catch (error) {
        expect(error).toHaveProperty('code', 'HP_WARM_INVALID')
      }
    }),
  )
})
