import { expect, test } from 'vitest'
import { createTraceStore, type KeptTrace } from '../../src/traces/store.ts'

const trace = (id: string, given: Partial<KeptTrace> = {}): KeptTrace => ({
  id,
  parentSpan: null,
  at: 0,
  method: 'GET',
  route: 'GET /a',
  status: 200,
  durationMs: 1,
  cache: 'miss',
  kept: 'slow',
  reasons: [],
  sentence: '',
  statements: 0,
  databaseMs: 0,
  hasBrowser: false,
  budget: null,
  bytes: 0,
  spans: [],
  moreSpans: 0,
  browser: null,
  ...given,
})

test('a route keeps its slowest and its latest', () => {
  const store = createTraceStore({ perRoute: 4 })
  for (let number = 0; number < 20; number++) {
    store.add(
      trace(String(number), { durationMs: number === 3 || number === 5 ? 100 : 1, at: number }),
      number,
    )
  }
  store.add(trace('other', { route: 'GET /b', at: 20 }), 20)
  expect(store.list({ route: 'GET /a', limit: 10 }).map(({ id }) => id)).toEqual(['3', '5', '18', '19'])
  expect(store.list({ limit: 2, since: 4 }).map(({ id }) => id)).toEqual(['5', '18'])
})

test('memory is bounded whatever comes, and old ones go', () => {
  const store = createTraceStore({ maxBytes: 50_000, maxAgeMs: 1_000 })
  for (let number = 0; number < 2_000; number++) {
    store.add(trace(String(number), { route: `GET /${number}`, sentence: 'x'.repeat(200) }), 0)
  }
  expect(store.size().bytes).toBeLessThanOrEqual(50_000)
  expect(store.size().traces).toBeGreaterThan(10)
  store.add(trace('new', { at: 5_000 }), 5_000)
  expect(store.size().traces).toBe(1)
  expect(store.find('new')?.id).toBe('new')
  expect(store.find('1999')).toBeUndefined()
})
