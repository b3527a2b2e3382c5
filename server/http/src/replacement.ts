import { type ExchangeResponse, kExchange } from './exchange.ts'
import { bodyLength, bodyOf, headersOf } from './representation.ts'
import type { StoredResponse } from './stored-response.ts'

type Headers = readonly (readonly [name: string, value: string])[]

/** Of the stored response itself, whatever a 304 says: they describe the body that is kept (RFC 9111 §3.2). */
const keptFromStored: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-length',
  'content-md5',
  'content-range',
  'etag',
])

/** Of the 304 alone. */
const notTakenOver: ReadonlySet<string> = new Set([
  'cache-status',
  'connection',
  'keep-alive',
  'transfer-encoding',
])

/**
 * The headers of a stored response after a handler has confirmed it (RFC 9111 §3.2): each that came with the 304 replaces
 * the stored lines of its name, and Date is that of the 304. `since` names headers that stood on the response before the handler began.
 */
export function updatedHeaders(
  stored: StoredResponse,
  response: ExchangeResponse,
  since: Readonly<Record<string, unknown>>,
): Headers {
  const replaced = new Map<string, Headers>()
  for (const name of response.getHeaderNames()) {
    const value = response.getHeader(name)!
    if (keptFromStored.has(name) || notTakenOver.has(name) || since[name] === value) continue
    replaced.set(
      name,
      [value].flat().map((line) => [name, String(line)] as const),
    )
  }
  const kept = headersOf(stored.identity).filter(
    ([name]) => name !== 'Date' && !replaced.has(name.toLowerCase()),
  )
  return [...kept, ...[...replaced.values()].flat()]
}

/** What a response is answered with instead of what its handler has written. */
export interface Replacement {
  readonly stored: StoredResponse
  readonly headers: Headers
}

/**
 * Puts a stored response in the place of the head that was about to go out; its body follows when the handler ends.
 * What stood on the response before the handler began stays.
 */
export function replace(
  response: ExchangeResponse,
  { stored, headers }: Replacement,
  since: Readonly<Record<string, unknown>>,
): void {
  const { status, statusMessage, identity } = stored
  for (const name of response.getHeaderNames()) {
    if (response.getHeader(name) !== since[name]) response.removeHeader(name)
  }
  const own = new Set(headers.map(([name]) => name.toLowerCase()))
  for (const name of own) response.removeHeader(name)
  for (const [name, value] of headers) response.appendHeader(name, value)
  if (status !== 204) response.setHeader('Content-Length', bodyLength(identity))
  response.statusCode = status
  response.statusMessage = statusMessage
  const exchange = response[kExchange]
  exchange.swallowsBody = true
  exchange.replacement = bodyOf(identity)
}
