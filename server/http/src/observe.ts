import { channel } from 'node:diagnostics_channel'
import { type CacheOutcome, type HttpRequestMessage, httpChannels } from './channels.ts'
import { type ExchangeResponse, kExchange } from './exchange.ts'

const requests = channel(httpChannels.request)

/** The moment a request began, in milliseconds; 0 when nobody listens, so that nothing is published of it. */
export function startOfRequest(): number {
  return requests.hasSubscribers ? performance.now() : 0
}

/** What is known of a request answered at once. */
export interface Answered {
  readonly method: string
  readonly route: string
  readonly status: number
  readonly bytes: number
  readonly cache: CacheOutcome
}

/** Publishes a request that began at `startedAt` and is finished. */
export function publishRequest(startedAt: number, answered: Answered): void {
  if (startedAt === 0) return
  const message: HttpRequestMessage = {
    method: answered.method,
    route: answered.route,
    status: answered.status,
    durationMs: performance.now() - startedAt,
    bytes: answered.bytes,
    cache: answered.cache,
  }
  requests.publish(message)
}

/** Publishes a response when it is closed, its client gone or content. */
export function publishOnClose(response: ExchangeResponse): void {
  if (response[kExchange].startedAt !== 0) response.once('close', publishClosed)
}

function publishClosed(this: ExchangeResponse): void {
  const exchange = this[kExchange]
  publishRequest(exchange.startedAt, {
    method: exchange.request.method ?? 'GET',
    route: exchange.route,
    status: this.statusCode,
    bytes: exchange.bytes,
    cache: exchange.outcome,
  })
}
