import { createHistogram } from '@hotpath/core'
import { expect, test } from 'vitest'
import { lastWords } from '../../src/loads/hotpath-command.ts'
import { loadStartOf } from '../../src/loads/load-request.ts'
import { failedDocument, parseDocument, runId, runOf, summaryOf } from '../../src/loads/run-document.ts'

const at = Date.UTC(2026, 4, 4, 14, 2)
const failed = failedDocument({ rate: 50, durationMs: 1_000, startedAt: at }, 'The shop is closed.')

test('an id tells when a run began and of what; a file by another name is its own scenario', () => {
  const id = runId('civicq/read mix', at)
  expect(id).toBe('2026-05-04T14-02-00-000Z-civicq_read_mix')
  expect(summaryOf(id, failed)).toMatchObject({ id, scenario: 'civicq_read_mix', startedAt: at, rate: 50 })
  expect(summaryOf('by-hand', failed).scenario).toBe('by-hand')
})

test('what is no run is none, and a run without its parts is shown without them', () => {
  for (const text of [
    '',
    '{',
    '[]',
    'null',
    '7',
    '{"verdict":"VALID"}',
    '{"verdict":"VALID","responseMs":{},"target":{}}',
  ])
    expect([text, parseDocument(text)]).toEqual([text, undefined])
  const run = runOf('x', parseDocument(JSON.stringify(failed))!)
  expect(run).toMatchObject({
    verdict: 'FAILED',
    endpoints: [],
    histogram: [],
    server: null,
    timeline: { points: [] },
  })
})

test('the histogram of a run holds each of its requests once', () => {
  const histogram = createHistogram()
  for (let request = 1; request <= 500; request++) histogram.record(request)
  const document = { ...failed, histograms: { response: histogram.toJSON() } }
  const bars = runOf('x', document).histogram
  expect(bars.reduce((sum, { count }) => sum + count, 0)).toBe(500)
})

test('of what a command said, its error and what to do about it are kept', () => {
  const log = '{"phase":"warmup"}\nHalf way.\nThe shop is closed.\n→ Open it. (HP_SHOP)\n    at file.ts:1\n\n'
  expect(lastWords(log)).toBe('The shop is closed. → Open it. (HP_SHOP)')
  expect(lastWords('only this')).toBe('only this')
  expect(lastWords('{"a":1}\n')).toBe('')
})

test('a start from prototypes, of nonsense, or of no number is refused', () => {
  const start = { scenario: 'read', rate: 50, durationMs: 1_000 }
  expect(loadStartOf(start, ['read'])).toEqual({ ...start, budgets: [] })
  for (const wrong of [
    { scenario: '__proto__' },
    { scenario: ['read'] },
    { rate: '50' },
    { rate: Number.NaN },
    { durationMs: 0 },
    { budgets: 'p95 < 1s' },
    { budgets: [{}] },
    { budgets: ['x'.repeat(200)] },
  ]) {
    expect(() => loadStartOf({ ...start, ...wrong }, ['read'])).toThrow(
      expect.objectContaining({ code: 'HP_LOAD_START_INVALID' }),
    )
  }
})
