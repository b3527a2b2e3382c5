import { setTimeout as sleep } from 'node:timers/promises'
import { route } from '@hotpath/core'
import { createMonitor } from '@hotpath/monitor'
import * as fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { httpCacheFamilies, objectCacheFamilies } from '../src/cache-families.ts'
import { createExposition } from '../src/exposition.ts'
import { parsePage } from './prometheus-text.ts'
import { publishRequest, publishStatement } from './published.ts'

const cacheFigures = {
  namespace: 'shop',
  entries: 1,
  bytes: 2,
  hits: 3,
  staleHits: 4,
  misses: 5,
  collapsed: 6,
  loads: 7,
  loadErrors: 8,
  fencedFills: 9,
  evictions: 10,
  invalidations: 11,
}
const httpFigures = {
  entries: 1,
  bytes: 2,
  hits: 3,
  staleHits: 4,
  collapsed: 5,
  misses: 6,
  bypassed: 7,
  notStored: 8,
  evictions: 9,
}

function start() {
  const monitor = createMonitor({
    app: 'shop',
    layer: 'on',
    routes: [route('GET /api/x', { budget: 'p95 < 42ms' })],
    targets: [{ id: 'S-1', title: 'Slowest', budget: 'max < 7s' }],
    sources: {
      database: 'postgres',
      poolWaiting: () => 3,
      caches: () => [cacheFigures, { ...cacheFigures, namespace: 'sessions', hits: 30 }],
      httpCache: () => httpFigures,
      ready: {},
    },
  })
  onTestFinished(() => monitor.close())
  return { monitor, read: async () => parsePage((await monitor.metrics()).body) }
}

test('a page without any traffic can be read', async () => {
  const { monitor, read } = start()
  expect((await monitor.metrics()).contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
  const page = await read()
  expect(page.get('http_requests_total')).toMatchObject({ type: 'counter', lines: [] })
  expect(page.get('hotpath_db_pool_waiting')?.lines).toMatchObject([{ value: 3 }])
})

test('counts requests by method, route and status', async () => {
  const { read } = start()
  publishRequest({}, 3)
  publishRequest({ status: 404 })
  publishRequest({ route: 'other', method: 'BREW', status: 404 })
  expect((await read()).get('http_requests_total')?.lines).toEqual([
    { name: 'http_requests_total', labels: { method: 'GET', route: '/api/x', status: '200' }, value: 3 },
    { name: 'http_requests_total', labels: { method: 'GET', route: '/api/x', status: '404' }, value: 1 },
    { name: 'http_requests_total', labels: { method: 'OTHER', route: 'other', status: '404' }, value: 1 },
  ])
})

test('counts errors by whose they are', async () => {
  const { read } = start()
  for (const status of [200, 304, 400, 404, 500, 502, 503]) publishRequest({ status })
  expect(
    (await read()).get('http_errors_total')?.lines.map(({ labels, value }) => [labels['type'], value]),
  ).toEqual([
    ['client_error', 2],
    ['server_error', 3],
  ])
})

test('durations have a bucket at every budget, in seconds', async () => {
  const { read } = start()
  for (const durationMs of [10, 42, 42.1, 6_999, 60_000]) publishRequest({ durationMs })
  const { type, lines } = (await read()).get('http_request_duration_seconds')!
  const of = (suffix: string, le?: string) =>
    lines.find(({ name, labels }) => name.endsWith(suffix) && labels['le'] === le)?.value
  expect(type).toBe('histogram')
  expect(of('_bucket', '0.042')).toBe(2)
  expect(of('_bucket', '7')).toBe(4)
  expect(of('_bucket', '+Inf')).toBe(5)
  expect(of('_count')).toBe(5)
  expect(of('_sum')).toBeCloseTo(67.0931, 4)
})

test('statements, their waits and their errors', async () => {
  const { read } = start()
  publishStatement({ durationMs: 3 })
  publishStatement({ durationMs: 30, waitMs: 6, error: '57014' })
  const page = await read()
  const sum = (name: string) => page.get(name)?.lines.find((line) => line.name === `${name}_sum`)?.value
  expect(sum('hotpath_db_statement_duration_seconds')).toBeCloseTo(0.033)
  expect(sum('hotpath_db_statement_wait_seconds')).toBeCloseTo(0.006)
  expect(page.get('hotpath_db_statement_errors_total')?.lines).toMatchObject([{ value: 1 }])
})

test.each(
  Object.entries({ ...cacheFigures, namespace: undefined }).filter(([, value]) => value !== undefined),
)('each cache gives its %s under its name', async (field, value) => {
  const page = parsePage(await createExposition(objectCacheFamilies(() => [cacheFigures])).page())
  const lines = [...page].flatMap(([name, metric]) => (name.startsWith('hotpath_cache_') ? metric.lines : []))
  expect(lines.filter((line) => line.value === value && line.labels['cache'] === 'shop')).toHaveLength(1)
  const snake = field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  expect(lines.find((line) => line.value === value)?.name).toMatch(
    new RegExp(`^hotpath_cache_${snake}(_total)?$`),
  )
})

test.each(Object.entries(httpFigures))('the HTTP cache gives its %s', async (field, value) => {
  const page = parsePage(await createExposition(httpCacheFamilies(() => httpFigures)).page())
  const lines = [...page].flatMap(([name, metric]) =>
    name.startsWith('hotpath_http_cache_') ? metric.lines : [],
  )
  const snake = field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  expect(lines.find((line) => line.value === value)?.name).toMatch(
    new RegExp(`^hotpath_http_cache_${snake}(_total)?$`),
  )
})

test('several caches stand side by side', async () => {
  const hits = (await start().read()).get('hotpath_cache_hits_total')
  expect(hits?.lines.map(({ labels, value }) => [labels['cache'], value])).toEqual([
    ['shop', 3],
    ['sessions', 30],
  ])
})

test.each([
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'nodejs_heap_size_used_bytes',
  'nodejs_eventloop_lag_seconds',
  'nodejs_eventloop_utilization_ratio',
])('knows of the process: %s', async (name) => {
  expect((await start().read()).get(name)?.lines).toHaveLength(1)
})

test('says nothing of the event loop before it has looked, and figures once it has', async () => {
  const hasty = await start().read()
  const { read } = start()
  await sleep(60)
  const page = await read()
  for (const figure of ['min', 'mean', 'p50', 'p90', 'p99', 'max']) {
    expect(hasty.get(`nodejs_eventloop_lag_${figure}_seconds`)?.lines).toEqual([])
    expect(page.get(`nodejs_eventloop_lag_${figure}_seconds`)?.lines).toHaveLength(1)
  }
})

test('two monitors of one process do not stand in each other’s way', async () => {
  const [first, second] = [start(), start()]
  publishRequest()
  for (const { read } of [first, second]) {
    expect((await read()).get('http_requests_total')?.lines).toMatchObject([{ value: 1 }])
  }
})

test('whatever a label holds, the page says exactly that', async () => {
  const value = fc.string({
    unit: fc.oneof(fc.constantFrom('\\', '"', '\n', ',', '{', '}', '=', ' '), fc.string()),
  })
  await fc.assert(
    fc.asyncProperty(value, async (value) => {
      const exposition = createExposition([
        {
          name: 'figures_total',
          help: 'Figures.',
          type: 'counter',
          samples: () => [{ value: 1, labels: { own: value }, sharedLabels: { shared: value } }],
        },
      ])
      expect(parsePage(await exposition.page()).get('figures_total')?.lines[0]?.labels).toEqual({
        own: value,
        shared: value,
      })
    }),
    { numRuns: 50 },
  )
})
