import { IncomingMessage, type IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { isTls } from './http2.ts'

/** A request and its response that belong to no client. */
export interface Detached {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Gives up: to the handler it looks as if the client went away. */
  abort(): void
}

/** What such a request asks. */
export interface DetachedRequest {
  readonly method: string
  readonly url: string
  /** HTTP/1.1: by lower-case name, without pseudo-headers. */
  readonly headers: IncomingHttpHeaders
  /** @default none */
  readonly body?: Buffer
}

/** A request of our own, which comes from where `model` came from. */
export function detachedExchange(model: IncomingMessage, asked: DetachedRequest): Detached {
  const { headers, body = null } = asked
  const socket = createSink(model)
  const request = new IncomingMessage(socket)
  request.method = asked.method
  request.url = asked.url
  request.httpVersion = '1.1'
  request.httpVersionMajor = 1
  request.httpVersionMinor = 1
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((line): [string, string] => [name, line]),
  )
  request.headers = headers
  request.rawHeaders = lines.flat()
  request.headersDistinct = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? []].flat()]),
  )
  request.complete = true
  if (body !== null) request.push(body)
  request.push(null)

  const response = new ServerResponse(request)
  response.assignSocket(socket)
  response.once('finish', () => socket.destroy())
  return { request, response, abort: () => void socket.destroy() }
}

/** A socket that swallows what is written, and knows what frameworks ask a socket for. */
function createSink(model: IncomingMessage): Socket {
  const sink = new Duplex({
    read() {},
    write: (_chunk, _encoding, done) => done(),
  })
  const { remoteAddress, remoteFamily, localAddress, localPort } = model.socket
  // Of an HTTP/2 client that is gone, only the scheme still tells: it is that of the connection, or there is no key.
  const encrypted = isTls(model.socket) || model.headers[':scheme'] === 'https'
  const chain = () => sink
  const known = { remoteAddress, remoteFamily, localAddress, localPort, encrypted }
  const calls = { setTimeout: chain, setNoDelay: chain, setKeepAlive: chain, ref: chain, unref: chain }
  return Object.assign(sink, known, calls) as unknown as Socket
}
