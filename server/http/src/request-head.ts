import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/**
 * The head of a request, as far as anything reads it that needs no body: that of Node's own message, or of a request
 * that is answered from its socket and never becomes one.
 */
export type RequestHead = Pick<
  IncomingMessage,
  'method' | 'url' | 'headers' | 'httpVersion' | 'httpVersionMajor' | 'httpVersionMinor' | 'socket'
>

/** The head of a GET of HTTP/1.1. */
export function plainHead(url: string, headers: IncomingHttpHeaders, socket: Socket): RequestHead {
  return {
    method: 'GET',
    url,
    headers,
    httpVersion: '1.1',
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    socket,
  }
}
