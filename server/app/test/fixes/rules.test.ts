import { route } from '@hotpath/core'
import { expect, test } from 'vitest'
import type { Facts } from '../../src/fixes/facts.ts'
import { lowHits } from '../../src/fixes/low-hits.ts'
import { rank } from '../../src/fixes/rank.ts'
import { repeatedStatements } from '../../src/fixes/repeated-statements.ts'
import { blockedLoop, smallPool } from '../../src/fixes/resources.ts'
import { shareWaits } from '../../src/fixes/share-waits.ts'
import { createSince } from '../../src/fixes/since.ts'
import { uncachedRoutes } from '../../src/fixes/uncached-routes.ts'

const repeat = {
  fingerprint: 'f',
  sql: 'select * from users where id = $1',
  route: 'GET /posts',
  site: 'src/posts.ts:31',
  requests: 10,
  statements: 200,
  totalMs: 400,
  perRequest: 20,
  most: 25,
  identical: 0,
  varying: [1],
  suggestion: 'select * from users where id = any($1)',
}
const sizing = {
  inUse: 12,
  size: 20,
  waitChance: 0,
  total: 20,
  available: 90,
  fits: true,
  maxConnections: 100,
  instances: 1,
}
const row = {
  requests: 600,
  perSecond: 10,
  p50Ms: 20,
  p95Ms: 60,
  p99Ms: 80,
  errors: 0,
  budget: null,
  timeShare: 0.5,
  meanBytes: 10,
  statementsPerRequest: 1,
}
const overviewOf = (rows: object[], more: object = {}) =>
  ({ layer: 'on', routes: rows, tiles: [], resources: {}, ...more }) as unknown as Facts['overview']

test('a statement sent twenty times in one request names its line, and what asks once', () => {
  const [fix] = repeatedStatements({ repeats: [{ row: repeat, calls: 200, ms: 400 }], seconds: 10 })
  expect(fix).toMatchObject({
    kind: 'n-plus-one',
    route: 'GET /posts',
    savedMsPerSecond: 38,
    action: { sql: repeat.suggestion, text: expect.stringContaining('src/posts.ts:31') },
  })
})

test('hot GET routes are named where nothing is kept of them, and others are not', () => {
  const routes = [
    route('GET /hot'),
    route('GET /cached', { fresh: '1m' }),
    route('GET /mine', { visibility: 'private' }),
    route('POST /write'),
    route('GET /cold'),
  ]
  const rows = routes.map(({ pattern }) => ({ ...row, route: pattern, hit: null }))
  rows[4]!.perSecond = 0.01
  const fixes = uncachedRoutes({ overview: overviewOf(rows), routes })
  expect(fixes.map((fix) => [fix.route, fix.savedMsPerSecond])).toEqual([['GET /hot', 180]])
  expect(uncachedRoutes({ overview: overviewOf(rows, { layer: 'off' }), routes })).toEqual([])
})

test('few hits are told with the reason that most misses have', () => {
  const misses = { absent: 10, expired: 60, invalidated: 5, unreachable: 0, corrupt: 0 }
  const group = { namespace: 'shop', name: 'item', hits: 25, misses, loads: 75, loadMs: 750 }
  const [fix] = lowHits({ groups: [group], seconds: 10 })
  expect(fix).toMatchObject({ kind: 'low-hit', title: expect.stringContaining('it had expired') })
  expect(fix!.savedMsPerSecond).toBeCloseTo(65)
  expect(lowHits({ groups: [{ ...group, hits: 1_000 }], seconds: 10 })).toEqual([])
})

test('a pool in which callers wait is made larger only where that helps', () => {
  const waits = { seconds: 10, pool: { waitedMs: 500, max: 10, sizing } }
  expect(smallPool(waits)[0]).toMatchObject({
    savedMsPerSecond: 50,
    action: { command: 'DATABASE_POOL_SIZE=20' },
  })
  const enough = { ...waits, pool: { ...waits.pool, max: 20 } }
  expect(smallPool(enough)[0]!.action.command).toBe('hotpath db slow')
  expect(smallPool({ ...waits, pool: { ...waits.pool, waitedMs: 5 } })).toEqual([])
})

test('waiting for a connection is charged to the statements that hold them', () => {
  const index = {
    id: 'i',
    kind: 'missing-index' as const,
    title: '',
    route: null,
    savedMsPerSecond: 75,
    evidence: [],
    action: { text: '' },
  }
  const statements = [{ row: {} as Facts['statements'][number]['row'], calls: 1, ms: 1_000 }]
  const { fixes, pool } = shareWaits([index], {
    statements,
    seconds: 10,
    pool: { waitedMs: 4_000, max: 10, sizing },
  })
  expect([fixes[0]!.savedMsPerSecond, pool.waitedMs]).toEqual([75 + 300, 1_000])
})

test('a late event loop is told, a punctual one is not', () => {
  const tiles = [{ id: 'requests', value: 100 }]
  const resources = (delay: number) => ({ eventLoopDelayP99Ms: delay, eventLoopUtilisation: 0.9 })
  const late = overviewOf([], { tiles, resources: resources(120) })
  expect(blockedLoop({ overview: late })[0]).toMatchObject({ kind: 'event-loop', savedMsPerSecond: 120 })
  expect(blockedLoop({ overview: overviewOf([], { tiles, resources: resources(5) }) })).toEqual([])
})

test('at most five, the one that saves most first, and what saves no measured time last', () => {
  const fixes = [0, 5, 0, 9, 1, 0, 7, 3].map((savedMsPerSecond, index) => ({
    id: String(index),
    kind: 'pool' as const,
    title: '',
    route: null,
    savedMsPerSecond,
    evidence: [],
    action: { text: '' },
  }))
  expect(rank(fixes).map(({ savedMsPerSecond }) => savedMsPerSecond)).toEqual([9, 7, 5, 3, 1])
  expect(rank(fixes.slice(0, 3)).map(({ savedMsPerSecond }) => savedMsPerSecond)).toEqual([5, 0, 0])
})

test('totals count from the last look, and a total that fell counts anew', () => {
  const since = createSince()
  expect(since.of('a', 10)).toBe(10)
  since.turn()
  expect(since.of('a', 25)).toBe(15)
  since.turn()
  expect(since.of('a', 4)).toBe(4)
})
