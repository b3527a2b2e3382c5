import type { Alert, Overview } from '@hotpath/core'
import { expect, test } from 'vitest'
import { judgeRoutes } from '../src/route-rows.ts'
import { verdictOf } from '../src/verdict.ts'
import { collectionOf, type CollectionSketch } from './collection.ts'

function verdict(sketch: CollectionSketch): Overview['verdict'] {
  const collected = collectionOf(sketch)
  return verdictOf(collected, judgeRoutes(collected))
}

const busy = { requests: 74_400, hits: 71_424, lookups: 72_000, ms: 12 }
const contest = 'GET /api/contests/:id'

const cases: [
  what: string,
  state: Overview['verdict']['state'],
  sentence: string,
  sketch: CollectionSketch,
][] = [
  ['nothing', 'quiet', 'Quiet: no request in the last minute.', {}],
  [
    'one request',
    'quiet',
    'Quiet: 1 request in the last minute; too few to judge by.',
    { minute: { requests: 1 } },
  ],
  [
    'a handful of failures',
    'quiet',
    'Quiet: 19 requests in the last minute, 19 of them failed; too few to judge by.',
    { minute: { requests: 19, errors: 19 } },
  ],
  ['a good minute', 'healthy', 'Healthy: 1,240 requests/s, p95 12 ms, 96 % from cache.', { minute: busy }],
  [
    'a good minute without a cache',
    'healthy',
    'Healthy: 0.5 requests/s, p95 1.5 s.',
    { minute: { requests: 30, ms: 1500 }, layer: 'off' },
  ],
  [
    'few failures without a target',
    'healthy',
    'Healthy: 2 requests/s, p95 10 ms.',
    { minute: { requests: 120, errors: 1 } },
  ],
  [
    'met promises',
    'healthy',
    'Healthy: 1,240 requests/s, p95 12 ms, 96 % from cache.',
    {
      minute: busy,
      targets: ['p95 < 20ms', 'hit > 90%', 'errors < 1%'],
      routes: { [contest]: busy },
      budgets: { [contest]: 'p95 < 20ms' },
    },
  ],
  [
    'a slow route',
    'attention',
    'GET /api/contests/:id p95 is 410 ms; its budget is p95 < 200ms.',
    { minute: busy, routes: { [contest]: { requests: 50, ms: 410 } }, budgets: { [contest]: 'p95 < 200ms' } },
  ],
  [
    'a route that misses too often',
    'attention',
    'GET /api/contests/:id hit is 50 %; its budget is hit > 80%.',
    {
      minute: busy,
      routes: { [contest]: { requests: 50, hits: 25, lookups: 50 } },
      budgets: { [contest]: 'hit > 80%' },
    },
  ],
  [
    'a slow route with too few requests',
    'healthy',
    'Healthy: 1,240 requests/s, p95 12 ms, 96 % from cache.',
    { minute: busy, routes: { [contest]: { requests: 19, ms: 410 } }, budgets: { [contest]: 'p95 < 200ms' } },
  ],
  [
    'two slow routes',
    'attention',
    'GET /b p95 is 90 ms; its budget is p95 < 10ms. One more promise is missed.',
    {
      minute: busy,
      routes: { 'GET /a': { requests: 50, ms: 410 }, 'GET /b': { requests: 50, ms: 90 } },
      budgets: { 'GET /a': 'p95 < 200ms', 'GET /b': 'p95 < 10ms' },
    },
  ],
  [
    'a slow application',
    'attention',
    'p95 of all requests is 620 ms; the target is p95 < 500ms.',
    { minute: { requests: 500, ms: 620 }, targets: ['p95 < 500ms'] },
  ],
  [
    'an application twice too slow',
    'broken',
    'p95 of all requests is 1 s; the target is p95 < 500ms.',
    { minute: { requests: 500, ms: 1000 }, targets: ['p95 < 500ms'] },
  ],
  [
    'a cold cache',
    'attention',
    'Only 62 % of lookups are hits; the target is hit > 80%.',
    { minute: { requests: 500, hits: 62, lookups: 100 }, targets: ['hit > 80%'] },
  ],
  [
    'failures without a target',
    'attention',
    '3.2 % of requests fail, most at POST /api/questions.',
    {
      minute: { requests: 1000, errors: 32 },
      routes: {
        'GET /a': { requests: 900, errors: 2 },
        'POST /api/questions': { requests: 100, errors: 30 },
      },
    },
  ],
  [
    'failures over the target',
    'attention',
    '0.4 % of requests fail; the target is errors < 0.1%.',
    { minute: { requests: 1000, errors: 4 }, targets: ['errors < 0.1%'] },
  ],
  [
    'failures within a generous target',
    'healthy',
    'Healthy: 16.7 requests/s, p95 10 ms.',
    { minute: { requests: 1000, errors: 90 }, targets: ['errors < 10%'] },
  ],
  [
    'every fourth request failing, and slow besides',
    'broken',
    '25 % of requests fail, most at GET /a. 2 more promises are missed.',
    {
      minute: { requests: 1000, errors: 250, ms: 900 },
      routes: { 'GET /a': { requests: 1000, errors: 250, ms: 900 } },
      budgets: { 'GET /a': 'p95 < 1ms' },
      targets: ['p95 < 500ms'],
    },
  ],
]

test.each(cases.map(([what, state, sentence, sketch]) => ({ what, state, sentence, sketch })))(
  '$what: $state, "$sentence"',
  ({ state, sentence, sketch }) => {
    expect(verdict(sketch)).toEqual({ state, sentence })
  },
)

test('what fires is what the sentence says: it names route and cause, and nothing of the same figure is said twice', () => {
  const alert: Alert = {
    id: 'latency:GET /a:p95 < 50ms',
    figure: 'latency',
    severity: 'page',
    state: 'firing',
    route: 'GET /a',
    budget: 'p95 < 50ms',
    sentence:
      'GET /a: 90 % of requests take longer than 50 ms, because of the database: statements on votes take 97 %.',
    evidence: [],
    excess: 18,
    since: 0,
    firedAt: 0,
    resolvedAt: null,
    silence: null,
    related: ['latency:all:p95 < 5ms'],
    partOf: null,
  }
  const slow = { minute: busy, targets: ['p95 < 5ms'], budgets: { [contest]: 'p95 < 5ms' } }
  const told = verdict({ ...slow, alerts: [alert] })
  expect(told.sentence).toBe(`${alert.sentence} One more promise is missed.`)
  // The target is missed twice over: that is what makes it broken.
  expect([told.state, verdict(slow).state]).toEqual(['broken', 'broken'])
  expect(verdict({ minute: busy, alerts: [alert] }).state).toBe('attention')
})
