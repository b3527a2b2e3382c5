import { channel } from 'node:diagnostics_channel'
import { httpChannels } from '@hotpath/http/channels'
import { expect, test } from 'vitest'
import { bareMonitor } from './bare-monitor.ts'

test('the metrics page counts what was limited, shed, given up and repeated', async () => {
  const monitor = bareMonitor()
  for (const reason of ['quota', 'quota', 'unknown']) {
    channel(httpChannels.limited).publish({ group: 'api', reason })
  }
  channel(httpChannels.shed).publish({ reason: 'overload' })
  channel(httpChannels.timeout).publish({ timeoutMs: 20 })
  channel(httpChannels.replayed).publish({ status: 201 })
  const { body } = await monitor.metrics()
  expect(body).toContain('hotpath_http_rate_limited_total{group="api",reason="quota"} 2')
  expect(body).toContain('hotpath_http_rate_limited_total{group="api",reason="unknown"} 1')
  expect(body).toContain('hotpath_http_shed_total{reason="overload"} 1')
  expect(body).toContain('hotpath_http_timeouts_total 1')
  expect(body).toContain('hotpath_http_replayed_total 1')
  monitor.close()
  channel(httpChannels.timeout).publish({ timeoutMs: 20 })
  expect((await monitor.metrics()).body).toContain('hotpath_http_timeouts_total 1')
})
