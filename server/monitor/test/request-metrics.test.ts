import { expect, onTestFinished, test } from 'vitest'
import { bucketBounds, countOf } from '../src/buckets.ts'
import { createRequestMetrics } from '../src/request-metrics.ts'
import { stepsBetween } from '../src/step-ring.ts'
import { publishRequest } from './published.ts'

function listen(options: { maxRoutes?: number; maxLabelSets?: number } = {}) {
  const time = { now: 1_000_000 }
  const metrics = createRequestMetrics({ boundsMs: bucketBounds([]), clock: () => time.now, ...options })
  onTestFinished(() => metrics.close())
  return { metrics, time }
}

test('adds up requests, bytes, hits and lookups from the start', () => {
  const { metrics } = listen()
  for (const cache of ['hit', 'stale', 'collapsed', 'miss', 'bypass', 'off'] as const) {
    publishRequest({ cache, bytes: 50 })
  }
  expect(metrics.totals()).toEqual({ requests: 6, responseBytes: 300, hits: 3, lookups: 4 })
})

test('keeps requests, errors, hits and times of each step and of each route', () => {
  const { metrics, time } = listen()
  publishRequest({ route: 'GET /a', durationMs: 5 })
  publishRequest({ route: 'POST /a', method: 'POST', status: 503, cache: 'bypass', durationMs: 7 })
  time.now += 5_000
  publishRequest({ route: 'GET /a', status: 404, cache: 'miss', durationMs: 9 })
  const [first, second] = stepsBetween(metrics.recent, 200, 201)
  expect(first).toMatchObject({ requests: 2, errors: 1, hits: 1, lookups: 1 })
  expect(second).toMatchObject({ requests: 1, errors: 0, hits: 0, lookups: 1 })
  expect(first?.times.max()).toBe(7)
  const ofRoute = metrics.routes().get('GET /a')
  expect(ofRoute?.path).toBe('/a')
  expect(ofRoute?.recent.at(time.now)).toMatchObject({ requests: 2, errors: 0, hits: 1, lookups: 2 })
})

test('counts a client that left before any answer as such, and as no error of the server', () => {
  const { metrics, time } = listen()
  publishRequest({ route: 'GET /a', status: 499, cache: 'miss' })
  expect(metrics.labelSets().map(({ labels }) => labels.status)).toEqual(['499'])
  expect(metrics.recent.at(time.now)).toMatchObject({ requests: 1, errors: 0 })
})

test('after an idle gap longer than the ring, shows only what came after it', () => {
  const { metrics, time } = listen()
  publishRequest({}, 5)
  time.now += 3_600_000
  publishRequest()
  const current = metrics.recent.numberOf(time.now)
  const all = stepsBetween(metrics.recent, current - metrics.recent.size + 1, current)
  expect(all.map(({ requests }) => requests)).toEqual([1])
  expect(all[0]?.times.count()).toBe(1)
  expect(metrics.totals().requests).toBe(6)
})

test('keeps routes beyond maxRoutes together as "other"', () => {
  const { metrics, time } = listen({ maxRoutes: 2 })
  for (const route of ['GET /a', 'GET /b', 'GET /c', 'GET /d']) publishRequest({ route })
  expect([...metrics.routes().keys()]).toEqual(['GET /a', 'GET /b', 'other'])
  expect(metrics.routes().get('other')?.recent.at(time.now).requests).toBe(2)
  expect(metrics.labelSets().map(({ labels }) => labels.route)).toEqual(['/a', '/b', 'other'])
})

test('bounds its label sets, whatever is published', () => {
  const { metrics } = listen({ maxLabelSets: 80, maxRoutes: 10_000 })
  for (let index = 0; index < 500; index++) publishRequest({ route: `GET /${index}`, status: 100 + index })
  expect(metrics.labelSets().length).toBeLessThanOrEqual(80)
  const counted = metrics.labelSets().reduce((sum, { durations }) => sum + countOf(durations), 0)
  expect(counted).toBe(500)
})

test('hears nothing once it is closed', () => {
  const { metrics } = listen()
  publishRequest()
  metrics.close()
  publishRequest()
  expect(metrics.totals().requests).toBe(1)
})
