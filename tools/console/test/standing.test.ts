import { expect, test } from 'vitest'
import { sentenceOf, standing } from '../src/web/standing.ts'
import { quietOverview } from './overview-fixture.ts'

test('does not say the state twice when the sentence begins with it', () => {
  expect(sentenceOf({ state: 'quiet', sentence: 'Quiet: no request in the last minute.' })).toBe(
    'No request in the last minute.',
  )
})

test('leaves every other sentence as it is', () => {
  const sentence = 'GET /api/cities p95 is 400ms; its budget is p95 < 200ms.'
  expect(sentenceOf({ state: 'attention', sentence })).toBe(sentence)
})

test('is the verdict while the server answers, and its absence while it does not', () => {
  expect(standing({ phase: 'live', overview: quietOverview, heardAt: 0 })).toMatchObject({
    key: 'quiet',
    word: 'Quiet',
  })
  const away = { phase: 'unreachable', since: 0, failures: 1, why: 'No connection.', retryAt: 0 } as const
  expect(standing({ ...away, overview: quietOverview })).toEqual({
    key: 'unreachable',
    word: 'Cannot reach the server',
    sentence: 'No connection.',
  })
})
