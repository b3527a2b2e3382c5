import http, { type RequestListener, type Server } from 'node:http'
import https from 'node:https'
import { httpErrors } from './errors.ts'

/** What Fastify hands to its serverFactory, as far as it concerns the server. */
export interface FactoryOptions {
  readonly http?: http.ServerOptions | null
  readonly https?: https.ServerOptions | boolean | null
  readonly http2?: boolean
  readonly keepAliveTimeout?: number
  readonly requestTimeout?: number
  readonly connectionTimeout?: number
  readonly maxRequestsPerSocket?: number
}

/**
 * Makes the server that Fastify would have made, with another listener.
 * @throws HP_HTTP_PROTOCOL_UNSUPPORTED for HTTP/2
 */
export function createServerLike(listener: RequestListener, options: FactoryOptions): Server {
  if (options.http2) throw httpErrors.HP_HTTP_PROTOCOL_UNSUPPORTED()
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

/**
 * Puts `wrap` before all 'request' listeners of a server, those of now and those of later. Their list stays as it
 * is: only the one event is led through `wrap`, so that upgrades and all other events are untouched.
 */
export function interceptRequests(
  server: Server,
  wrap: (listener: RequestListener) => RequestListener,
): void {
  const emit = server.emit.bind(server) as (event: string | symbol, ...args: unknown[]) => boolean
  const first = wrap((request, response) => void emit('request', request, response))
  server.emit = (event: string | symbol, ...args: unknown[]) => {
    if (event !== 'request') return emit(event, ...args)
    const [request, response] = args as Parameters<RequestListener>
    first(request, response)
    return true
  }
}
