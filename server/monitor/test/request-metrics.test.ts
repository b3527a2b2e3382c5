import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { bucketBounds, countOf } from '../src/buckets.ts'
import { createRequestMetrics, type RequestMetrics } from '../src/request-metrics.ts'
import { stepsBetween } from '../src/step-ring.ts'
import { publishRequest, publishStatement } from './published.ts'

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

const lookAtAll = (metrics: RequestMetrics) => metrics.recent
const lookAtOne = (metrics: RequestMetrics) => metrics.routes().get('GET /a')?.recent

test('whenever it is looked at, every request and statement is in its step, once', () => {
  const act = fc.oneof(
    fc.record({ pass: fc.integer({ min: 0, max: 9_000 }) }),
    fc.record({ route: fc.constantFrom('GET /a', 'GET /b'), status: fc.constantFrom(200, 404, 503) }),
    fc.record({ statementOf: fc.constantFrom('GET /a', 'a job', null) }),
    fc.record({ look: fc.constantFrom(lookAtAll, lookAtOne) }),
  )
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const { metrics, time } = listen()
      const requests = new Map<number, number>()
      const statements = new Map<number, number>()
      const note = (counts: Map<number, number>) => {
        const step = Math.floor(time.now / 5_000)
        counts.set(step, (counts.get(step) ?? 0) + 1)
      }
      for (const one of acts) {
        if ('pass' in one) time.now += one.pass
        else if ('look' in one) one.look(metrics)
        else if ('statementOf' in one) {
          publishStatement({ route: one.statementOf })
          note(statements)
        } else {
          publishRequest({ ...one, method: 'GET', durationMs: 7 })
          note(requests)
        }
      }
      for (let step = 200; step <= Math.floor(time.now / 5_000); step++) {
        const found = metrics.recent.get(step)
        const counted = [found?.requests ?? 0, found?.times.count() ?? 0, found?.statements ?? 0]
        const inStep = requests.get(step) ?? 0
        expect(counted).toEqual([inStep, inStep, statements.get(step) ?? 0])
      }
      const ofRoutes = [...metrics.routes().values()].flatMap(({ recent }) =>
        stepsBetween(recent, 16, recent.numberOf(time.now)),
      )
      const all = [...requests.values()].reduce((sum, count) => sum + count, 0)
      expect(ofRoutes.reduce((sum, { requests }) => sum + requests, 0)).toBe(all)
      const points = metrics.course.points({ from: 0, to: time.now + 10_000, now: time.now })
      expect(points.reduce((sum, { requests }) => sum + requests, 0)).toBe(all)
      metrics.close()
    }),
  )
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
