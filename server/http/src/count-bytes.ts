import type { ServerResponse } from 'node:http'
import { isChunk, lengthOf } from './chunk.ts'
import { type ExchangeResponse, kExchange, nativeMethods } from './exchange.ts'

/** Counts the body bytes of a response and touches nothing else. */
export function countBytes(response: ExchangeResponse): void {
  response[kExchange].native = nativeMethods(response)
  Object.assign(response, { write, end })
}

function write(this: ExchangeResponse, ...args: unknown[]): boolean {
  count(this, args)
  return this[kExchange].native!.write.apply(this, args)
}

function end(this: ExchangeResponse, ...args: unknown[]): ServerResponse {
  count(this, args)
  const exchange = this[kExchange]
  exchange.isNested = true // An end that calls write would count its chunk twice.
  return exchange.native!.end.apply(this, args)
}

function count(response: ExchangeResponse, [chunk, encoding]: unknown[]): void {
  const exchange = response[kExchange]
  if (exchange.isNested || !isChunk(chunk) || hasNoBody(exchange.request.method, response.statusCode)) return
  exchange.bytes += lengthOf(chunk, encoding)
}

/** Whether a body is swallowed by Node, whatever the handler writes. */
export function hasNoBody(method: string | undefined, status: number): boolean {
  return method === 'HEAD' || status === 204 || status === 304
}
