import { EventEmitter } from 'node:events'
import { channel } from 'node:diagnostics_channel'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { beaconVersion, route } from '@hotpath/core'
import { type HttpRequestMessage, httpChannels } from '@hotpath/http/channels'
import { createMonitor } from '@hotpath/monitor'
import { expect, onTestFinished, test } from 'vitest'
import { type FleetMessage, type FleetPort, openFleetLink } from '../src/fleet-link.ts'
import { wholeFleet } from '../src/whole-fleet.ts'

function publish(durationMs: number): void {
  const message: HttpRequestMessage = {
    method: 'GET',
    route: 'GET /a',
    status: 200,
    durationMs,
    bytes: 1,
    cache: 'miss',
    request: new IncomingMessage(new Socket()),
  }
  channel(httpChannels.request).publish(message)
}

const beaconOf = (LCP: number) =>
  JSON.stringify({
    version: beaconVersion,
    device: 'phone',
    connection: '4g',
    views: [{ route: '/', navigation: 'navigate', vitals: { LCP } }],
  })

function start(number: number | null, port: FleetPort | null) {
  const monitor = createMonitor({
    app: 'shop',
    layer: 'on',
    routes: [route('GET /a')],
    targets: [],
    alerts: { standby: true },
    vitals: { routes: ['/'] },
    sources: { database: 'none', poolWaiting: () => 1, caches: () => [], ready: {} },
  })
  const link = openFleetLink(port, { pid: 1, number })
  const fleet = wholeFleet({ monitor, link })
  onTestFinished(() => {
    link.close()
    monitor.close()
  })
  return { ...fleet, monitor }
}

/** Two processes that hear each other, the first of which leads, and a third that never answers. All of a worker's messages go through JSON. */
function pair() {
  const [first, second] = [new EventEmitter(), new EventEmitter()]
  const carry = (message: unknown) => JSON.parse(JSON.stringify(message))
  const port = (own: EventEmitter, other: EventEmitter): FleetPort =>
    Object.assign(own, {
      send(message: FleetMessage) {
        if (message.type === 'fleet-hello') own.emit('message', { type: 'fleet-lead', lead: 1, kept: null })
        else if (message.type === 'fleet-ask') {
          other.emit('message', carry({ ...message, type: 'fleet-question' }))
        } else if (message.type === 'fleet-answer') {
          const fleet = { workers: 3, missing: [3] }
          other.emit(
            'message',
            carry({ type: 'fleet-result', id: message.id, answers: [message.answer], fleet }),
          )
        }
      },
    })
  return [start(1, port(first, second)), start(2, port(second, first))] as const
}

test('whichever process is asked answers for all, and says who is missing', async () => {
  const [one] = pair()
  // Both monitors of this process hear each of them.
  for (let ms = 1; ms <= 100; ms++) publish(ms)
  const overview = await one.overview()
  expect(overview.fleet).toEqual({ workers: 3, missing: [3] })
  expect(overview.routes[0]).toMatchObject({ route: 'GET /a', requests: 200 })
  expect(overview.routes[0]!.p95Ms).toBeGreaterThan(93)
  expect(overview.resources.poolWaiting).toBe(2)
  const { body } = await one.metrics()
  expect(body).toContain('http_requests_total{method="GET",route="/a",status="200"} 200')
  expect(body).toContain('hotpath_fleet_workers_missing 1')
  const timeline = await one.timeline({ from: 0, route: 'GET /a' })
  expect(timeline.fleet?.missing).toEqual([3])
  expect(timeline.points.reduce((sum, { requests }) => sum + requests, 0)).toBe(200)
  expect(await one.traces({})).toMatchObject({ enabled: true, traces: [] })
  expect(await one.trace('nobody')).toBeNull()
  const detail = await one.route('GET /a')
  expect(detail).toMatchObject({ requests: 200, statuses: [{ status: '200', count: 200 }] })
  expect(detail!.fleet?.missing).toEqual([3])
  expect(await one.route('GET /nowhere')).toBeNull()
})

test('what browsers told one process is told by the other, too', async () => {
  const [one, two] = pair()
  one.monitor.vitals!.receive(beaconOf(1_000))
  two.monitor.vitals!.receive(beaconOf(3_000))
  for (const each of [one, two]) {
    const { all, intake, fleet } = await each.vitals()
    expect(all.LCP).toMatchObject({ count: 2, min: 1_000, max: 3_000, mean: 2_000 })
    expect([intake.accepted, fleet?.workers]).toEqual([2, 3])
    const { tiles } = await each.overview()
    expect(tiles.find(({ id }) => id === 'vitals')?.value).toBeGreaterThan(2_500)
  }
})

test('one process evaluates the alerts, and answers for the other', async () => {
  const [one, two] = pair()
  expect((await one.alerts.view())?.worker.number).toBe(1)
  const silence = { rule: null, route: 'GET /a', forMs: 60_000, reason: 'a test' }
  expect(await two.alerts.silence(silence)).toMatchObject({ worker: { number: 1 } })
  for (const each of [one, two]) {
    expect(await each.alerts.view()).toMatchObject({
      worker: { number: 1 },
      silences: [{ reason: 'a test' }],
    })
    expect(await each.alerts.test()).toMatchObject({ worker: { number: 1 }, sinks: [] })
  }
  expect(two.monitor.alerts.engine).toBeNull()
})

test('a process that stands alone says nothing of a fleet', async () => {
  const alone = start(null, null)
  publish(5)
  expect(await alone.overview()).not.toHaveProperty('fleet')
  expect((await alone.metrics()).body).not.toContain('hotpath_fleet')
})
