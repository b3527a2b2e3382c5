import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import { bucketBounds } from '../src/buckets.ts'
import { readPromises } from '../src/promises.ts'
import { createRequestMetrics } from '../src/request-metrics.ts'
import { routeDetail } from '../src/route-detail.ts'
import { type RouteShare, shareRoute } from '../src/route-share.ts'
import { countRouteStatements } from '../src/route-statements.ts'
import { publishRequest, publishStatement } from './published.ts'

const pattern = 'GET /a'
const routes = [route('GET /a', { budget: 'p95 < 50ms' })]
const now = 1_700_000_100_000
const parts = { routes, promises: readPromises(routes, []), startedAt: now - 90_000, clock: () => now }

/** What a process knows that hears what is published while `play` runs. */
function shareOf(play: () => void): RouteShare | null {
  const requests = createRequestMetrics({ boundsMs: bucketBounds(parts.promises.all), clock: () => now })
  const statements = countRouteStatements()
  play()
  const share = shareRoute(pattern, { requests, statements, traces: null, startedAt: parts.startedAt, now })
  requests.close()
  statements.close()
  return JSON.parse(JSON.stringify(share)) as RouteShare | null
}

function play(from: number, to: number): void {
  for (let ms = from; ms <= to; ms++) {
    const isLookup = ms % 3 !== 0
    const facts = { fingerprint: `f${ms % 4}`, sql: `select ${ms % 4}`, kind: 'read', tables: [] }
    publishRequest({
      route: pattern,
      durationMs: ms,
      status: ms % 10 === 0 ? 500 : 200,
      cache: isLookup ? 'hit' : 'miss',
      bytes: ms,
    })
    if (!isLookup) publishStatement({ route: pattern, durationMs: ms / 2, facts: facts as never })
  }
}

test('what several processes know of a route comes to what one would know', () => {
  const shares = [shareOf(() => play(1, 37)), shareOf(() => play(38, 60)), shareOf(() => play(61, 100))]
  const whole = shareOf(() => play(1, 100))
  const merged = routeDetail(pattern, shares as RouteShare[], parts)
  expect(merged).toEqual(routeDetail(pattern, [whole!], parts))
  expect(merged).toMatchObject({ requests: 100, errors: 0.1, budgets: [{ verdict: 'missed' }] })
  expect(merged!.p95Ms).toBeGreaterThan(93)
  expect(merged!.statements.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
})

test('a route that one process alone has seen is known, one that nobody has is not', () => {
  const seen = shareOf(() => play(1, 5))
  expect(shareOf(() => publishRequest({ route: 'GET /b' }))).toBeNull()
  expect(routeDetail(pattern, [seen!], { ...parts, routes: [] })).toMatchObject({ requests: 5, declared: [] })
  expect(routeDetail(pattern, [], parts)).toMatchObject({ requests: 0, p95Ms: null })
  expect(routeDetail('GET /nowhere', [], parts)).toBeUndefined()
})
