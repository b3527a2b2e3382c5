import http, { type RequestListener, type Server } from 'node:http'
import http2, {
  type Http2SecureServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from 'node:http2'
import https from 'node:https'
import { ownHeaders, release, rememberHeads } from './arriving-request.ts'

/** A server whose requests the cache can stand before: HTTP/1.1, HTTPS, HTTP/2 in plain or with TLS. */
export type AnyServer = Server | https.Server | Http2Server | Http2SecureServer

/** What listens to the requests of an HTTP/2 server. */
export type Http2Listener = (request: Http2ServerRequest, response: Http2ServerResponse) => void

/** What Fastify gives to its serverFactory to listen, whatever kind of server it asks for. */
export type FactoryListener = (request: any, response: any) => void

/** What Fastify hands to its serverFactory, as far as it concerns the server. */
export interface FactoryOptions {
  readonly http?: http.ServerOptions | null
  readonly https?: https.ServerOptions | boolean | null
  readonly http2?: boolean
  /** Milliseconds without a frame after which an HTTP/2 session is closed. */
  readonly http2SessionTimeout?: number
  readonly keepAliveTimeout?: number
  readonly requestTimeout?: number
  readonly connectionTimeout?: number
  readonly maxRequestsPerSocket?: number
}

/** Makes the server that Fastify would have made, with another listener. */
export function createServerLike<S extends AnyServer = Server>(
  listener: FactoryListener,
  options: FactoryOptions,
): S {
  return (options.http2 ? createHttp2Like(listener, options) : createHttp1Like(listener, options)) as S
}

function createHttp1Like(listener: RequestListener, options: FactoryOptions): Server {
  const server = options.https
    ? https.createServer(options.https === true ? {} : options.https, listener)
    : http.createServer(options.http ?? {}, listener)
  const { keepAliveTimeout, requestTimeout, connectionTimeout, maxRequestsPerSocket } = options
  if (keepAliveTimeout !== undefined) server.keepAliveTimeout = keepAliveTimeout
  if (requestTimeout !== undefined) server.requestTimeout = requestTimeout
  if (connectionTimeout !== undefined) server.setTimeout(connectionTimeout)
  if (maxRequestsPerSocket !== undefined && maxRequestsPerSocket > 0) {
    server.maxRequestsPerSocket = maxRequestsPerSocket
  }
  return server
}

function createHttp2Like(listener: Http2Listener, options: FactoryOptions): Http2Server | Http2SecureServer {
  const { connectionTimeout, http2SessionTimeout } = options
  const server = options.https
    ? http2.createSecureServer(options.https === true ? {} : options.https, listener)
    : http2.createServer((options.http ?? {}) as http2.ServerOptions, listener)
  if (connectionTimeout !== undefined) server.setTimeout(connectionTimeout)
  if (http2SessionTimeout !== undefined) {
    server.on('session', (session) => session.setTimeout(http2SessionTimeout, () => session.close()))
  }
  return server
}

/**
 * Puts `wrap` before all 'request' listeners of a server, those of now and those of later. Their list stays as it
 * is: only the one event is led through `wrap`, so that upgrades and all other events are untouched.
 */
export function interceptRequests(
  server: AnyServer,
  wrap: (listener: RequestListener) => RequestListener,
): void {
  const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean
  const first = wrap((request, response) => {
    ownHeaders(request)
    emit('request', request, response)
  })
  const intercepting = (event: string | symbol, ...args: unknown[]) => {
    if (event !== 'request') {
      // Some are about a request that is not to be answered.
      if (args[0] instanceof http.IncomingMessage) ownHeaders(args[0])
      return emit(event, ...args)
    }
    const [request, response] = args as Parameters<RequestListener>
    release(request)
    first(request, response)
    return true
  }
  Object.assign(server, { emit: intercepting })
  rememberHeads(server, intercepting)
}
