import { channel } from 'node:diagnostics_channel'
import { type JobMessage, type SocketMessage, workChannels } from '@hotpath/core'
import { expect, onTestFinished, test } from 'vitest'
import { bareMonitor } from './bare-monitor.ts'

function startMonitor() {
  const monitor = bareMonitor()
  onTestFinished(monitor.close)
  return monitor
}

const tellJob = (message: JobMessage) => channel(workChannels.job).publish(message)
const tellSocket = (message: SocketMessage) => channel(workChannels.socket).publish(message)

test('the metrics page counts the jobs that an application tells of, by queue', async () => {
  const monitor = startMonitor()
  for (const waitMs of [20, 2_000]) tellJob({ queue: 'mail', event: 'started', waitMs })
  tellJob({ queue: 'mail', event: 'completed', durationMs: 700 })
  for (const queue of ['mail', 'export']) tellJob({ queue, event: 'started' })
  tellJob({ queue: 'export', event: 'failed', durationMs: 40 })
  const { body } = await monitor.metrics()
  expect(body).toContain('hotpath_jobs_total{queue="mail",outcome="completed"} 1')
  expect(body).toContain('hotpath_jobs_total{queue="export",outcome="failed"} 1')
  expect(body).toContain('hotpath_jobs_in_flight{queue="mail"} 2')
  expect(body).toContain('hotpath_jobs_in_flight{queue="export"} 0')
  expect(body).toContain('hotpath_job_duration_seconds_bucket{le="0.5",queue="mail"} 0')
  expect(body).toContain('hotpath_job_duration_seconds_bucket{le="1",queue="mail"} 1')
  expect(body).toContain('hotpath_job_wait_seconds_count{queue="mail"} 2')
  expect(body).toContain('hotpath_job_wait_seconds_sum{queue="mail"} 2.02')
})

test('the metrics page counts open connections and what goes over them, by endpoint', async () => {
  const monitor = startMonitor()
  const endpoint = '/live'
  for (let index = 0; index < 3; index++) tellSocket({ endpoint, event: 'opened' })
  tellSocket({ endpoint, event: 'closed', durationMs: 90_000 })
  for (const bytes of [10, 20]) tellSocket({ endpoint, event: 'sent', bytes })
  tellSocket({ endpoint, event: 'received', bytes: 5 })
  const { body } = await monitor.metrics()
  expect(body).toContain('hotpath_sockets_open{endpoint="/live"} 2')
  expect(body).toContain('hotpath_sockets_opened_total{endpoint="/live"} 3')
  expect(body).toContain('hotpath_socket_duration_seconds_sum{endpoint="/live"} 90')
  expect(body).toContain('hotpath_socket_messages_total{endpoint="/live",direction="sent"} 2')
  expect(body).toContain('hotpath_socket_message_bytes_total{endpoint="/live",direction="sent"} 30')
  expect(body).toContain('hotpath_socket_messages_total{endpoint="/live",direction="received"} 1')
})

test('an application that tells nonsense, or of endless queues, neither breaks nor fills the page', async () => {
  const monitor = startMonitor()
  const failures: unknown[] = []
  const onFailure = (error: unknown) => failures.push(error)
  process.on('uncaughtException', onFailure)
  onTestFinished(() => void process.off('uncaughtException', onFailure))
  const nonsense: unknown[] = [null, 7, {}, { event: 'started' }, { queue: {}, event: 'completed' }]
  for (const name of Object.values(workChannels)) {
    for (const message of nonsense) channel(name).publish(message)
    for (let index = 0; index < 500; index++) {
      channel(name).publish({ queue: `q${index}`, endpoint: `q${index}`, event: 'started', waitMs: -1 })
      channel(name).publish({ queue: `q${index}`, endpoint: `q${index}`, event: 'sent', bytes: Number.NaN })
    }
  }
  // An end without a beginning: what ran before anybody listened.
  tellJob({ queue: 'early', event: 'completed', durationMs: 1 })
  await new Promise((resolve) => setImmediate(resolve))
  const { body } = await monitor.metrics()
  expect(failures).toEqual([])
  expect(body).not.toContain('NaN')
  expect(body).not.toMatch(/_(?:in_flight|open)\{[^}]*\} -/)
  expect(body.match(/^hotpath_jobs_in_flight\{/gm)!.length).toBeLessThanOrEqual(51)
  expect(body.match(/^hotpath_sockets_open\{/gm)!.length).toBeLessThanOrEqual(51)
  expect(body).toContain('hotpath_jobs_in_flight{queue="other"}')
})
