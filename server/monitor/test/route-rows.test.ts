import { expect, test } from 'vitest'
import { judgeRoutes } from '../src/route-rows.ts'
import { collectionOf, type CollectionSketch } from './collection.ts'

const rowsOf = (sketch: CollectionSketch) => judgeRoutes(collectionOf(sketch)).map(({ row }) => row)

test('ranks routes by the time they took in total, not by how slow or how often', () => {
  const rows = rowsOf({
    routes: {
      'GET /often': { requests: 1000, ms: 1 },
      'GET /much': { requests: 100, ms: 30 },
      'GET /slow': { requests: 1, ms: 1000 },
    },
  })
  expect(rows.map(({ route }) => route)).toEqual(['GET /much', 'GET /often', 'GET /slow'])
  expect(rows.map(({ timeShare }) => timeShare)).toEqual([0.6, 0.2, 0.2])
})

test('gives the figures of a route', () => {
  const routes = { 'GET /a': { requests: 300, ms: 12, errors: 3, hits: 90, lookups: 100 } }
  expect(rowsOf({ routes })).toEqual([
    {
      route: 'GET /a',
      requests: 300,
      perSecond: 0.5,
      p50Ms: 12,
      p95Ms: 12,
      p99Ms: 12,
      meanBytes: 0,
      statementsPerRequest: 0,
      errors: 0.01,
      hit: 0.9,
      budget: null,
      timeShare: 1,
    },
  ])
})

test('leaves out routes without a request, and the hit share of those that look nothing up', () => {
  expect(rowsOf({ routes: { 'GET /idle': {}, 'POST /a': { requests: 5 } } })).toMatchObject([
    { route: 'POST /a', hit: null },
  ])
})

test('shares no time where none was taken', () => {
  expect(rowsOf({ routes: { 'GET /a': { requests: 5, ms: 0 } } })).toMatchObject([{ timeShare: 0 }])
})

test("holds a route against its own budget, the worst of several, and against nobody else's", () => {
  const window = { requests: 100, ms: 30, hits: 50, lookups: 100 }
  const rows = rowsOf({
    routes: { 'GET /a': window, 'GET /b': window, 'GET /c': window },
    budgets: { 'GET /a': ['p95 < 50ms', 'hit > 90%'], 'GET /b': 'p95 < 50ms' },
    targets: ['p95 < 1ms'],
  })
  expect(rows.map(({ budget }) => budget)).toEqual([
    { text: 'hit > 90%', verdict: 'missed' },
    { text: 'p95 < 50ms', verdict: 'met' },
    null,
  ])
})
