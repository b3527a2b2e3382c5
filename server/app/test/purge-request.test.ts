import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parsePurge } from '../src/purge-request.ts'

test('tags, a pattern, or both', () => {
  expect(parsePurge('{"tags":["ballot:1"]}')).toEqual({ tags: ['ballot:1'] })
  expect(parsePurge('{"pattern":"ballot:*"}')).toEqual({ pattern: 'ballot:*' })
  expect(parsePurge('{"tags":["a"],"pattern":"b"}')).toEqual({ tags: ['a'], pattern: 'b' })
})

test.each([
  ['not JSON', 'its body is not JSON'],
  ['{}', 'it names neither tags nor a pattern'],
  ['null', 'it names neither tags nor a pattern'],
  ['[]', 'it names neither tags nor a pattern'],
  ['{"tags":"ballot:1"}', '"tags" is not a list'],
  ['{"tags":[""]}', '"tags" is not a list'],
  ['{"tags":[1]}', '"tags" is not a list'],
  ['{"pattern":""}', '"pattern" is not a non-empty string'],
  ['{"pattern":{}}', '"pattern" is not a non-empty string'],
])('%s is refused: %s', (body, problem) => {
  expect(() => parsePurge(body)).toThrow(problem)
})

test('whatever is sent, the answer is a purge or HP_PURGE_INVALID', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
      try {
        const { tags, pattern } = parsePurge(body)
        expect(tags ?? pattern).toBeDefined()
      } catch (error) {
        expect(error).toHaveProperty('code', 'HP_PURGE_INVALID')
      }
    }),
  )
})
