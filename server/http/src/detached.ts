import { IncomingMessage, type IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { hostOf } from './http2.ts'

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

/** A request and its response that belong to no client. */
export interface Detached {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  /** Gives up: to the handler it looks as if the client went away. */
  abort(): void
}

/** Which credentials the copy keeps: only those that the stored response was made with as well. */
export interface Credentials {
  readonly authorization: boolean
  readonly cookie: boolean
}

/** A GET like `model`, without its connection, its conditions and, unless kept, its credentials. */
export function detachedRequest(model: IncomingMessage, keeps: Credentials): Detached {
  const socket = createSink(model)
  const request = new IncomingMessage(socket)
  request.method = 'GET'
  request.url = model.url ?? '/'
  request.httpVersion = '1.1'
  request.httpVersionMajor = 1
  request.httpVersionMinor = 1
  const headers = carriedHeaders(model.headers, keeps)
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((line): [string, string] => [name, line]),
  )
  request.headers = headers
  request.rawHeaders = lines.flat()
  request.headersDistinct = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value ?? []].flat()]),
  )
  request.complete = true
  request.push(null)

  const response = new ServerResponse(request)
  response.assignSocket(socket)
  response.once('finish', () => socket.destroy())
  return { request, response, abort: () => void socket.destroy() }
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

/** A socket that swallows what is written, and knows what frameworks ask a socket for. */
function createSink(model: IncomingMessage): Socket {
  const sink = new Duplex({
    read() {},
    write: (_chunk, _encoding, done) => done(),
  })
  const { remoteAddress, remoteFamily, localAddress, localPort } = model.socket
  // Of an HTTP/2 client that is gone, only the scheme still tells: it is that of the connection, or there is no key.
  const isTls = 'encrypted' in model.socket && model.socket.encrypted === true
  const encrypted = isTls || model.headers[':scheme'] === 'https'
  const chain = () => sink
  const known = { remoteAddress, remoteFamily, localAddress, localPort, encrypted }
  const calls = { setTimeout: chain, setNoDelay: chain, setKeepAlive: chain, ref: chain, unref: chain }
  return Object.assign(sink, known, calls) as unknown as Socket
}
