import { channel } from 'node:diagnostics_channel'
import { type CacheOutcome, clientClosedStatus, type HttpRequestMessage, httpChannels } from './channels.ts'
import type { Counters } from './counters.ts'
import { compressedBytes } from './compress/outgoing.ts'
import type { Exchange } from './exchange.ts'
import type { RequestHead } from './request-head.ts'

const requests = channel(httpChannels.request)

/** The moment a request began, in milliseconds; 0 when nobody listens, so that nothing is published of it. */
export function startOfRequest(): number {
  return requests.hasSubscribers ? performance.now() : 0
}

/** What is known of a request that is finished. */
export interface Answered {
  readonly request: RequestHead
  readonly method: string
  readonly route: string
  readonly status: number
  readonly bytes: number
  readonly cache: CacheOutcome
}

/** The one place where requests are counted and published, each once, so that the two always agree. */
export interface Observer {
  /** A request that was answered at once. */
  answered(startedAt: number, answered: Answered): void
  /** A request whose response was closed, its client gone or content. */
  closed(exchange: Exchange): void
}

const counterOf = {
  hit: 'hits',
  stale: 'staleHits',
  collapsed: 'collapsed',
  miss: 'misses',
  bypass: 'bypassed',
  off: null,
} as const satisfies Record<CacheOutcome, keyof Counters | null>

/** Makes the observer of one cache. */
export function createObserver(counters: Counters): Observer {
  function answered(startedAt: number, { request, method, route, status, bytes, cache }: Answered): void {
    const counter = counterOf[cache]
    if (counter !== null) counters[counter] += 1
    if (startedAt === 0) return
    const durationMs = performance.now() - startedAt
    const message: HttpRequestMessage = { method, route, status, durationMs, bytes, cache, request }
    requests.publish(message)
  }

  return {
    answered,
    closed({ request, response, head, startedAt, route, bytes, outcome }) {
      // A head that is held back has gone nowhere, whatever headersSent says of it.
      const status = response.headersSent && head !== 'given' ? response.statusCode : clientClosedStatus
      const sent = compressedBytes(response) ?? bytes
      const method = request.method ?? 'GET'
      answered(startedAt, { request, method, route, status, bytes: sent, cache: outcome })
    },
  }
}
