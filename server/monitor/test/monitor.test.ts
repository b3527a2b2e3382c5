import { execFile } from 'node:child_process'
import { channel } from 'node:diagnostics_channel'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { route } from '@hotpath/core'
import { httpChannels } from '@hotpath/http/channels'
import { postgresChannels } from '@hotpath/postgres/channels'
import { createMonitor, type Monitor, type MonitorOptions } from '@hotpath/monitor'
import { expect, onTestFinished, test } from 'vitest'
import { publishRequest, publishStatement } from './published.ts'

const startedAt = 1_700_000_000_000

function start(options: Partial<MonitorOptions> = {}): { monitor: Monitor; time: { now: number } } {
  const time = { now: startedAt }
  const monitor = createMonitor({
    app: 'shop',
    layer: 'on',
    routes: [route('GET /api/x', { budget: 'p95 < 50ms' }), route('POST /api/x')],
    targets: [{ id: 'S-1', title: 'API, 95th percentile', budget: 'p95 < 100ms' }],
    sources: { database: 'postgres', poolWaiting: () => 3, caches: () => [], ready: {} },
    clock: () => time.now,
    ...options,
  })
  onTestFinished(() => monitor.close())
  return { monitor, time }
}

test('an overview of a process nobody has asked anything', () => {
  const { monitor } = start()
  const overview = monitor.overview()
  expect(overview).toMatchObject({
    app: 'shop',
    layer: 'on',
    database: 'postgres',
    startedAt,
    now: startedAt,
    stepMs: 5_000,
    verdict: { state: 'quiet' },
    routes: [],
  })
  for (const tile of overview.tiles) expect(tile.series).toHaveLength(120)
  expect(overview.resources).toMatchObject({ poolWaiting: 3, cacheEntries: 0, statementsPerSecond: 0 })
  expect(overview.resources.rssBytes).toBeGreaterThan(overview.resources.heapBytes / 100)
  expect(JSON.parse(JSON.stringify(overview))).toEqual(overview)
})

test('an overview follows the traffic minute by minute', () => {
  const { monitor, time } = start()
  // Five minutes at one request a second, then a minute at two, slower, with failures.
  for (let second = 0; second < 300; second++, time.now += 1_000) publishRequest({ durationMs: 20 })
  for (let second = 0; second < 60; second++, time.now += 1_000) {
    publishRequest({ durationMs: 60 })
    publishRequest({ route: 'POST /api/x', method: 'POST', status: 503, cache: 'bypass', durationMs: 5 })
  }
  const { tiles, routes, verdict } = monitor.overview()
  const [requests, p95, errors, hit] = tiles
  expect(requests?.value).toBeCloseTo(2, 1)
  expect(requests?.change).toBeCloseTo(2, 0)
  expect(p95?.value).toBeCloseTo(60, -1)
  expect(p95).toMatchObject({ budget: { text: 'p95 < 100ms', verdict: 'met' } })
  expect(errors?.value).toBeCloseTo(0.5, 1)
  expect(hit).toMatchObject({ value: 1, reason: '' })
  expect(routes).toMatchObject([
    { route: 'GET /api/x', requests: 360, budget: { text: 'p95 < 50ms', verdict: 'missed' } },
    { route: 'POST /api/x', requests: 60, errors: 1, hit: null, budget: null },
  ])
  expect(verdict.state).toBe('broken')
  expect(verdict.sentence).toMatch(
    /^\d\d(\.\d)? % of requests fail, most at POST \/api\/x\. One more promise is missed\.$/,
  )
})

test('the course shows each step where it was, and nothing before the start', () => {
  const { monitor, time } = start()
  publishRequest({ durationMs: 8 }, 10)
  time.now += 20_000
  const [requests, p95] = monitor.overview().tiles
  expect(requests?.series.slice(-5)).toEqual([null, 2, 0, 0, 0])
  expect(p95?.series.slice(-5)).toEqual([null, 8, null, null, null])
})

test('after an hour of silence it is quiet, and nothing of before is left', () => {
  const { monitor, time } = start()
  publishRequest({}, 100)
  time.now += 3_600_000
  const { tiles, routes, verdict } = monitor.overview()
  expect(verdict).toEqual({ state: 'quiet', sentence: 'Quiet: no request in the last minute.' })
  expect(routes).toEqual([])
  expect(tiles[0]).toMatchObject({ value: 0, change: null })
  expect(new Set(tiles[0]?.series)).toEqual(new Set([0]))
  publishRequest({}, 60)
  expect(monitor.overview().routes).toMatchObject([{ requests: 60 }])
})

test('a rate in the first seconds is not blown up', () => {
  const { monitor } = start()
  publishRequest({}, 30)
  expect(monitor.overview().tiles[0]?.value).toBe(30)
})

test('adds the entries and bytes of all caches', () => {
  const figures = {
    namespace: 'shop',
    entries: 5,
    bytes: 500,
    hits: 0,
    staleHits: 0,
    misses: 0,
    collapsed: 0,
    loads: 0,
    loadErrors: 0,
    fencedFills: 0,
    evictions: 0,
    invalidations: 0,
  }
  const httpCache = { ...figures, entries: 2, bytes: 20, bypassed: 0, notStored: 0 }
  const { monitor } = start({
    sources: {
      database: 'none',
      poolWaiting: () => 0,
      caches: () => [figures, { ...figures, namespace: 'other' }],
      httpCache: () => httpCache,
      ready: {},
    },
  })
  expect(monitor.overview().resources).toMatchObject({ cacheEntries: 12, cacheBytes: 1020 })
})

test('two measurements have what lies between them as their difference', () => {
  const { monitor, time } = start()
  const before = monitor.measurement()
  publishRequest({ cache: 'miss', bytes: 70 })
  publishRequest({ cache: 'hit', bytes: 30 })
  publishStatement({ durationMs: 4 })
  time.now += 1_000
  const after = monitor.measurement()
  expect(before).toMatchObject({
    at: startedAt,
    requests: 0,
    statements: 0,
    statementMs: { mean: 0, p95: 0 },
  })
  expect(after).toMatchObject({
    at: startedAt + 1_000,
    pid: process.pid,
    requests: 2,
    responseBytes: 100,
    hits: 1,
    lookups: 2,
    statements: 1,
    database: 'postgres',
    layer: 'on',
  })
  expect(after.statementMs.mean).toBeCloseTo(4, 1)
  expect(after.cpuSeconds).toBeGreaterThanOrEqual(before.cpuSeconds)
  expect(after.cpuSeconds).toBeGreaterThan(0)
  expect(after.allocatedBytes).toBeGreaterThan(before.allocatedBytes)
})

test('health is the process', () => {
  expect(start().monitor.health()).toMatchObject({
    status: 'ok',
    app: 'shop',
    layer: 'on',
    pid: process.pid,
    version: process.version,
  })
})

test('checks that run at the same time are one', async () => {
  let checks = 0
  const ready = {
    database: async () => {
      checks++
    },
  }
  const { monitor } = start({
    sources: { database: 'postgres', poolWaiting: () => 0, caches: () => [], ready },
  })
  const both = await Promise.all([monitor.ready(), monitor.ready()])
  expect(both).toEqual(Array.from({ length: 2 }, () => ({ ready: true, checks: { database: 'ok' } })))
  expect(checks).toBe(1)
  await monitor.ready()
  expect(checks).toBe(2)
})

test('refuses a target whose budget cannot be read', () => {
  const targets = [{ id: 'S-1', title: 'Speed', budget: 'very fast' }]
  expect(() => start({ targets })).toThrow(expect.objectContaining({ code: 'HP_BUDGET_INVALID' }))
})

test('listens to both channels until it is closed, then to none', () => {
  const names = [httpChannels.request, postgresChannels.statement]
  const { monitor } = start()
  expect(names.map((name) => channel(name).hasSubscribers)).toEqual([true, true])
  monitor.close()
  expect(names.map((name) => channel(name).hasSubscribers)).toEqual([false, false])
})

test('a monitor that cannot be made leaves nobody listening', () => {
  const targets = [{ id: 'S-1', title: 'Speed', budget: 'very fast' }]
  expect(() => start({ targets })).toThrow('Cannot read the budget')
  expect(channel(httpChannels.request).hasSubscribers).toBe(false)
})

test('a process ends by itself after close', async () => {
  const script = fileURLToPath(new URL('fixture-close.ts', import.meta.url))
  // Killed after the timeout, which would reject.
  const { stdout } = await promisify(execFile)(process.execPath, [script], { timeout: 20_000 })
  expect(stdout).toBe('closed\n')
})
