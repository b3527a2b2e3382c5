import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { type Clock, route } from '@hotpath/core'
import type { HttpRequestMessage } from '@hotpath/http/channels'
import { createMonitor, type Monitor } from '@hotpath/monitor'

/** A monitor of an application with so many routes. */
export function monitorOf(routes: number, clock: Clock = Date.now): Monitor {
  return createMonitor({
    app: 'bench',
    layer: 'on',
    routes: Array.from({ length: routes }, (_, index) =>
      route(`GET /api/${index}`, { budget: 'p95 < 50ms' }),
    ),
    targets: [],
    clock,
    sources: { database: 'none', poolWaiting: () => 0, caches: () => [], ready: {} },
  })
}

/** A finished request of one of its routes. */
export function finished(route: number, given: Partial<HttpRequestMessage> = {}): HttpRequestMessage {
  return {
    method: 'GET',
    route: `GET /api/${route}`,
    status: 200,
    durationMs: 0.2 + (route % 40),
    bytes: 2_400,
    cache: 'hit',
    request: new IncomingMessage(new Socket()),
    ...given,
  }
}
