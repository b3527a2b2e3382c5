import { route } from '@hotpath/core'
import { createMonitor, type Monitor, type MonitorOptions } from '@hotpath/monitor'
import { Counter, Registry } from 'prom-client'
import { expect, onTestFinished, test } from 'vitest'
import { createExposition, type Family } from '../src/exposition.ts'
import { publishRequest } from './published.ts'

function start(options: Partial<MonitorOptions> = {}): Monitor {
  const monitor = createMonitor({
    app: 'shop',
    layer: 'on',
    routes: [route('GET /api/x')],
    targets: [],
    sources: {
      database: 'postgres',
      poolWaiting: () => 0,
      pool: () => ({ max: 10, heldMs: 2_500, waitedMs: 500 }),
      caches: () => [],
      folder: '.',
      ready: {},
    },
    ...options,
  })
  onTestFinished(() => monitor.close())
  return monitor
}

const lineOf = (page: string, name: string) => page.split('\n').find((line) => line.startsWith(name))

test('the page holds the pool, the disk and the file descriptors', async () => {
  const { body } = await start().metrics()
  expect(lineOf(body, 'hotpath_db_pool_connections_max ')).toBe('hotpath_db_pool_connections_max 10')
  expect(lineOf(body, 'hotpath_db_pool_held_seconds_total ')).toBe('hotpath_db_pool_held_seconds_total 2.5')
  expect(Number(lineOf(body, 'hotpath_disk_free_bytes ')?.split(' ')[1])).toBeGreaterThan(0)
  for (const name of ['process_open_fds', '# TYPE nodejs_gc_duration_seconds', 'process_cpu_seconds_total']) {
    expect(lineOf(body, name), name).toBeDefined()
  }
})

test('a registry of your own takes all of it, and keeps what it has', async () => {
  const register = new Registry()
  const own = new Counter({ name: 'http_requests_total', help: 'Mine.', registers: [register] })
  own.inc(7)
  const monitor = start({ register })
  publishRequest()
  const page = await register.metrics()
  expect(lineOf(page, 'http_requests_total')).toBe('http_requests_total 7')
  expect(lineOf(page, 'http_request_duration_seconds_count')).toContain('1')
  expect(page.match(/^# TYPE process_cpu_seconds_total /gm)).toHaveLength(1)
  expect(() => monitor.mergeInto(register)).not.toThrow()
})

test('the metrics of several processes make one page', async () => {
  const monitor = start()
  publishRequest({ durationMs: 20 }, 3)
  const other = JSON.parse(JSON.stringify(await monitor.metricsShare()))
  const { body } = await monitor.metrics([other, other])
  const labels = 'method="GET",route="/api/x",status="200"'
  expect(lineOf(body, `http_requests_total{${labels}}`)).toMatch(/ 9$/)
  expect(lineOf(body, `http_request_duration_seconds_bucket{${labels},le="0.025"}`) ?? body).toMatch(/ 9$/)
  const disk = (page: string) => lineOf(page, 'hotpath_disk_size_bytes')
  expect(disk(body)).toBe(disk((await monitor.metrics()).body))
})

test('a metric with labels from outside does not fill the page', async () => {
  const open: Family = {
    name: 'open_total',
    help: 'x',
    type: 'counter',
    samples: () =>
      Array.from({ length: 5_000 }, (_, index) => ({ value: 1, labels: { who: String(index) } })),
  }
  const page = await createExposition([open]).page()
  expect(page.match(/^open_total\{/gm)).toHaveLength(2_000)
  expect(page).toContain('hotpath_metrics_series_dropped{metric="open_total"} 3000')
})
