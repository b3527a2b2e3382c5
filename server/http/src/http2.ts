import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import type { RequestHead } from './request-head.ts'

/** What Node's HTTP/2 compatibility layer adds to a request and to a response. */
interface OnStream {
  readonly stream: ServerHttp2Stream
}

/** The host that a request is for: in HTTP/2 it is in `:authority` (RFC 9113 §8.3.1). */
export function hostOf(headers: IncomingHttpHeaders): string | undefined {
  return headers.host ?? (headers[':authority'] as string | undefined)
}

/**
 * Whether the pseudo-headers of an HTTP/2 request agree with what else tells host and scheme. Frameworks differ in
 * which they believe, so that a request with two hosts could leave the answer for one under the name of the other.
 */
export function isConsistent({ headers, socket }: RequestHead): boolean {
  const { host, ':authority': authority, ':scheme': scheme } = headers
  if (host !== undefined && authority !== undefined && host !== authority) return false
  return scheme === (isTls(socket) ? 'https' : 'http')
}

/** Whether a connection is one over TLS, whatever a request on it says. */
export const isTls = (socket: Socket): boolean => (socket as Partial<TLSSocket>).encrypted === true

/** Whether a request came over TLS; in HTTP/2, where it is consistent, its scheme says so. */
export function isEncrypted(request: RequestHead): boolean {
  // To read the headers of a message of HTTP/1 is to have them made.
  if (request.httpVersionMajor > 1) return request.headers[':scheme'] === 'https'
  return isTls(request.socket)
}

/**
 * Whether an HTTP/2 request carries a body: nothing in its headers has to say so (RFC 9113 §8.1). Not by its version:
 * node:http takes HTTP/2.0 in a request line of HTTP/1, too.
 */
export function hasStreamBody(request: RequestHead & Partial<OnStream>): boolean {
  return request.stream !== undefined && !request.stream.endAfterHeaders
}

/**
 * Gives an HTTP/2 response what the cache reads of every response and Node's compatibility layer lacks: whether it is
 * destroyed, the names of its headers as written, and a reason phrase that may be read and set without a warning
 * (there is none in HTTP/2, RFC 9113 §8.3.1).
 */
export function completeResponse(response: ServerResponse): void {
  Object.defineProperties(response, {
    destroyed: { get: (): boolean => (response as ServerResponse & OnStream).stream.destroyed },
    statusMessage: { get: () => '', set: () => {} },
    getRawHeaderNames: { value: () => response.getHeaderNames() },
  })
}
