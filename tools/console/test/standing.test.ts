import { expect, test } from 'vitest'
import { sentenceOf } from '../src/web/parts/standing.ts'

test('does not say the state twice when the sentence begins with it', () => {
  expect(sentenceOf({ state: 'quiet', sentence: 'Quiet: no request in the last minute.' })).toBe(
    'No request in the last minute.',
  )
})

test('leaves every other sentence as it is', () => {
  const sentence = 'GET /api/cities p95 is 400ms; its budget is p95 < 200ms.'
  expect(sentenceOf({ state: 'attention', sentence })).toBe(sentence)
})
