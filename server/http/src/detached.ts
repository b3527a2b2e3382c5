import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { type Detached, detachedExchange } from './detached-exchange.ts'
import { hostOf } from './http2.ts'
import type { Credentials } from './request-facts.ts'

/** Headers that belong to the request that happened to come, not to one that fetches anew. */
const notCarried: ReadonlySet<string> = new Set([
  'if-none-match',
  'if-modified-since',
  'if-match',
  'if-unmodified-since',
  'if-range',
  'range',
  'cache-control',
  'pragma',
  'connection',
  'content-length',
  'transfer-encoding',
  'expect',
  'upgrade',
  'te',
])

/**
 * A GET like `model`, without its connection, its conditions and its credentials but those that it keeps: what the stored
 * response was made with as well.
 */
export function detachedRequest(model: IncomingMessage, keeps: Credentials): Detached {
  const headers = carriedHeaders(model.headers, keeps)
  return detachedExchange(model, { method: 'GET', url: model.url ?? '/', headers })
}

function carriedHeaders(headers: IncomingHttpHeaders, keeps: Credentials): IncomingHttpHeaders {
  const carried: IncomingHttpHeaders = {}
  const host = hostOf(headers)
  if (host !== undefined) carried.host = host
  for (const [name, value] of Object.entries(headers)) {
    // The copy speaks HTTP/1.1, whatever the client spoke: no pseudo-headers.
    if (value === undefined || notCarried.has(name) || name.startsWith(':')) continue
    if (name === 'authorization' && !keeps.authorization) continue
    if (name === 'cookie' && !keeps.cookie) continue
    carried[name] = value
  }
  return carried
}
