import { route } from '@hotpath/core'
import { createMonitor, type Monitor, type MonitorOptions } from '@hotpath/monitor'
import { expect, onTestFinished, test } from 'vitest'
import { publishRequest, publishStatement } from '../published.ts'

const startedAt = 1_700_000_040_000
const minute = 60_000

function start(options: Partial<MonitorOptions> = {}): { monitor: Monitor; time: { now: number } } {
  const time = { now: startedAt }
  const monitor = createMonitor({
    app: 'shop',
    layer: 'on',
    routes: [route('GET /api/x')],
    targets: [],
    sources: { database: 'postgres', poolWaiting: () => 0, caches: () => [], ready: {} },
    clock: () => time.now,
    ...options,
  })
  onTestFinished(() => monitor.close())
  return { monitor, time }
}

test('the last hour comes in steps of ten seconds, without gaps', () => {
  const { monitor, time } = start()
  publishRequest({ durationMs: 10, bytes: 7 })
  publishRequest({ durationMs: 30, status: 500, cache: 'miss' })
  publishStatement({ route: 'GET /api/x' })
  publishStatement({ route: 'a job' })
  time.now += 25_000
  publishRequest({ route: 'GET /api/y', durationMs: 5 })
  const { points, since } = monitor.timeline({})
  expect(since).toBe(startedAt)
  expect(points.map(({ at }) => at - startedAt)).toEqual([0, 10_000, 20_000])
  expect(points[0]).toMatchObject({ ms: 10_000, requests: 2, errors: 1, hit: 0.5, statements: 2, bytes: 107 })
  expect(points[0]!.p50Ms).toBeCloseTo(10, 0)
  expect(Math.abs(points[0]!.p99Ms! - 30)).toBeLessThan(2)
  expect(points[1]).toMatchObject({ requests: 0, p50Ms: null, hit: null })
  expect(points[2]).toMatchObject({ requests: 1 })
  expect(
    monitor.timeline({ route: 'GET /api/x' }).points.map((one) => [one.requests, one.statements]),
  ).toEqual([
    [2, 1],
    [0, 0],
    [0, 0],
  ])
  expect(monitor.timeline({ route: 'GET /nowhere' }).points).toEqual([])
})

test('before the last hour there are minutes, for a day, and no point twice', () => {
  const { monitor, time } = start()
  for (let step = 0; step < 26 * 60; step++, time.now += minute) publishRequest({ durationMs: 10 })
  const { points } = monitor.timeline({ from: 0 })
  const ats = points.map(({ at }) => at)
  expect(new Set(ats).size).toBe(ats.length)
  for (const [index, { at, ms }] of points.entries()) {
    if (index + 1 < points.length) expect(points[index + 1]!.at).toBe(at + ms)
  }
  expect(points[0]!.ms).toBe(minute)
  expect(points.at(-1)!.ms).toBe(10_000)
  expect(time.now - ats[0]!).toBeGreaterThan(23.9 * 60 * minute)
  expect(time.now - ats[0]!).toBeLessThanOrEqual(24 * 60 * minute)
  expect(points.reduce((sum, { requests }) => sum + requests, 0)).toBeGreaterThanOrEqual(24 * 60 - 1)
})

test('what happened meanwhile is marked', () => {
  const mark = (at: number) => ({ at, kind: 'load' as const, text: 'steady 50/s' })
  const markers = () => [mark(startedAt), mark(startedAt - 2 * minute)]
  const sources = { database: 'none', poolWaiting: () => 0, caches: () => [], ready: {}, markers } as const
  const { monitor, time } = start({ sources })
  time.now += minute
  expect(monitor.timeline({}).markers.filter(({ kind }) => kind === 'load')).toEqual([mark(startedAt)])
})

test('several processes make one timeline', () => {
  const { monitor, time } = start()
  for (let ms = 1; ms <= 100; ms++) publishRequest({ durationMs: ms })
  time.now += 10_000
  const one = monitor.timelineShare({})
  const slower = {
    ...one,
    since: one.since - 5,
    steps: one.steps.map((step) => ({ ...step, quantiles: step.quantiles.map((ms) => ms + 100) })),
  }
  const [first] = monitor.timeline({}, [slower]).points
  expect(first).toMatchObject({ requests: 200 })
  // Of the values 1 … 100 and 101 … 200.
  expect(Math.abs(first!.p50Ms! - 100)).toBeLessThan(8)
  expect(Math.abs(first!.p95Ms! - 190)).toBeLessThan(12)
  expect(monitor.timeline({}, [slower]).since).toBe(one.since - 5)
})
