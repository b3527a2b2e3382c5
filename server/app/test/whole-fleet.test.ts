import { EventEmitter } from 'node:events'
import { channel } from 'node:diagnostics_channel'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { route } from '@hotpath/core'
import { type HttpRequestMessage, httpChannels } from '@hotpath/http/channels'
import { createMonitor } from '@hotpath/monitor'
import { expect, onTestFinished, test } from 'vitest'
import type { FleetMessage, FleetPort } from '../src/fleet-link.ts'
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

function start(number: number, port: FleetPort | null) {
  const monitor = createMonitor({
    app: 'shop',
    layer: 'on',
    routes: [route('GET /a')],
    targets: [],
    sources: { database: 'none', poolWaiting: () => 1, caches: () => [], ready: {} },
  })
  const fleet = wholeFleet({ monitor, worker: { pid: number, number }, port })
  onTestFinished(() => {
    fleet.close()
    monitor.close()
  })
  return fleet
}

/** Two processes that hear each other, and a third that never answers. All of a worker's messages go through JSON. */
function pair() {
  const [first, second] = [new EventEmitter(), new EventEmitter()]
  const carry = (message: unknown) => JSON.parse(JSON.stringify(message))
  const port = (own: EventEmitter, other: EventEmitter): FleetPort =>
    Object.assign(own, {
      send(message: FleetMessage) {
        if (message.type === 'fleet-ask') {
          other.emit('message', carry({ ...message, type: 'fleet-question' }))
          return
        }
        const fleet = { workers: 3, missing: [3] }
        other.emit(
          'message',
          carry({ type: 'fleet-result', id: message.id, answers: [message.answer], fleet }),
        )
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
})

test('a process that stands alone says nothing of a fleet', async () => {
  const alone = start(1, null)
  publish(5)
  expect(await alone.overview()).not.toHaveProperty('fleet')
  expect((await alone.metrics()).body).not.toContain('hotpath_fleet')
})
