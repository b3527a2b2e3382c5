import { channel } from 'node:diagnostics_channel'
import { route, type RoutePattern } from '@hotpath/core'
import type { HttpRequestMessage } from '@hotpath/http/channels'
import { type AlertsOptions, watchAlerts } from '../../src/alerts/watch-alerts.ts'
import type { Message, Sink } from '../../src/alerts/sinks.ts'
import { bucketBounds } from '../../src/buckets.ts'
import { createRequestMetrics } from '../../src/request-metrics.ts'
import { readPromises } from '../../src/promises.ts'

/** Budgets by route, and of the whole. */
export interface SceneOptions extends Partial<Pick<AlertsOptions, 'version' | 'timing' | 'history'>> {
  routes?: Record<string, string | string[]>
  targets?: string[]
  /** Where the clock stands: milliseconds since 1970. */
  startAt?: number
}

/** One second of traffic. */
export interface Second {
  route?: string
  /** How long each request took; as many requests as there are times. */
  times: readonly number[]
  status?: number
  cache?: HttpRequestMessage['cache']
  /** Of each request, this many milliseconds are a statement on these tables. */
  statement?: { tables: string[]; ms: number; waitMs?: number }
}

/** A watch over made-up traffic, under a clock that moves only by `pass`. */
export function openScene(given: SceneOptions = {}) {
  const { routes = {}, targets = [], startAt = 1_700_000_040_000, version = '1', ...rest } = given
  let now = startAt
  const clock = () => now
  const declared = Object.entries(routes).map(([pattern, budget]) =>
    route(pattern as RoutePattern, { budget }),
  )
  const promises = readPromises(
    declared,
    targets.map((budget, index) => ({ id: `T-${index}`, title: budget, budget })),
  )
  const metrics = createRequestMetrics({ boundsMs: bucketBounds(promises.all), clock })
  const messages: Message[] = []
  const sink: Sink = {
    send: (message) => void messages.push(message),
    test: async () => null,
    state: () => ({ kind: 'log', target: 'test', sent: 0, failed: 0, dropped: 0, waiting: 0, problem: null }),
    close() {},
  }
  const watching = watchAlerts({
    app: 'shop',
    version,
    promises,
    requests: metrics,
    sinks: [sink],
    clock,
    ...rest,
  })

  const watch = watching.engine!

  return {
    watch,
    messages,
    /** Events with what they are about: `firing latency:all:p95 < 200ms`. */
    told: () => messages.map(({ event, alert }) => `${event} ${alert?.id}`),
    state: (id: string) => watch.view().rules.find((rule) => rule.id === id)?.state,
    /** So many seconds of the same traffic; looked at every five. */
    pass(seconds: number, ...traffic: Second[]) {
      for (let second = 0; second < seconds; second++) {
        for (const one of traffic) publishSecond(one)
        now += 1_000
        if (now % 5_000 === 0) watching.look()
      }
    },
    now: clock,
    [Symbol.dispose]() {
      metrics.close()
      watching.close()
    },
  }
}

function publishSecond({ route = 'GET /a', times, status = 200, cache = 'miss', statement }: Second): void {
  for (const durationMs of times) {
    if (statement) {
      const { tables, ms, waitMs = 0 } = statement
      const facts = {
        tables,
        sql: `select * from ${tables.join()}`,
        kind: 'read',
        fingerprint: tables.join(),
      }
      const message = { route, durationMs: ms, waitMs, facts, rows: 1, error: null, text: '', site: null }
      channel('hotpath:postgres:statement').publish(message)
    }
    const message = { method: 'GET', route, status, durationMs, bytes: 1, cache }
    channel('hotpath:http:request').publish(message)
  }
}

/** So many requests that took so long. */
export const many = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms)
