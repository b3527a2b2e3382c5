import type { RequestListener } from 'node:http'
import { countBytes } from './count-bytes.ts'
import { type ExchangeResponse, createExchange, kExchange } from './exchange.ts'
import { handOver } from './hand-over.ts'
import { type Observer, startOfRequest } from './observe.ts'
import { applyOuterLines } from './outer-lines.ts'
import type { RouteTable } from './route-table.ts'

/** The cache turned off: requests are counted as with it, and nothing else. */
export function observeOnly(
  listener: RequestListener,
  routes: RouteTable,
  observer: Observer,
): RequestListener {
  function closed(this: ExchangeResponse): void {
    observer.closed(this[kExchange])
  }

  return (request, response) => {
    const startedAt = startOfRequest()
    applyOuterLines(response)
    if (startedAt !== 0 && !(kExchange in response)) {
      const { label, policy, tags } = routes(request.method ?? 'GET', request.url ?? '')
      const given = { request, response, listener, startedAt, key: undefined, facts: undefined }
      const exchange = createExchange({ ...given, route: label, policy, tags })
      exchange.outcome = 'off'
      countBytes(exchange.response)
      exchange.response.once('close', closed)
      return handOver(exchange)
    }
    listener(request, response)
  }
}
