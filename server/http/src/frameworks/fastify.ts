import type { Server } from 'node:http'
import type { Method, ParamsOf, Route, RouteOptions } from '@hotpath/core'
import type { FastifyInstance, RouteHandlerMethod } from 'fastify'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type AnyServer, createServerLike, type FactoryListener } from '../servers.ts'
import { collectRoutes, type RoutePath, type Verb, verbs } from './declared-routes.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How this route is cached, and what it promises. */
    hotpath?: RouteOptions
  }
}

/** What stands before the application: an HttpCache, or the whole layer of @hotpath/app. */
export interface Attachable {
  attach(server: AnyServer): void
}

/** Declares a route with its options: `routes.get('/ballots/:id', { fresh: '1h' }, handler)`. */
export type FastifyDeclare = <const P extends RoutePath>(
  path: P,
  options: RouteOptions<P>,
  handler: (request: FastifyRequest<{ Params: ParamsOf<P> }>, reply: FastifyReply) => unknown,
) => void

/** Stands before one Fastify application, whose routes say how they are cached. */
export interface FastifyLayer {
  /** For `Fastify({ serverFactory })`, with and without `http2`. */
  serverFactory<S extends AnyServer = Server>(listener: FactoryListener, options?: object): S
  /**
   * Call it before routes are declared. From then on `config: { hotpath: { fresh: '1h' } }` of any route says how it
   * is cached, plugins' routes and prefixes included, and the methods returned here take the same with typed
   * parameters.
   */
  routes(app: FastifyInstance<any, any, any, any, any>): Record<Verb, FastifyDeclare>
}

/**
 * Route options where Fastify routes are declared. `make` is called once they all are, before the first request:
 * `fastifyLayer((routes) => createHttpCache({ tags, routes }))`.
 */
export function fastifyLayer(
  make: (routes: readonly Route[]) => Attachable | Promise<Attachable>,
): FastifyLayer {
  const { routes, declare } = collectRoutes()
  const waiting: AnyServer[] = []
  let layer: Attachable | undefined

  function declareAll(methods: string | readonly string[], url: string, options: RouteOptions): void {
    for (const method of [methods].flat() as Method[]) {
      // Fastify declares a HEAD beside each GET; ours falls back to it.
      const isTwin = method === 'HEAD' && routes.some(({ pattern }) => pattern === `GET ${url}`)
      if (!isTwin) declare(method, url, options)
    }
  }

  return {
    serverFactory(listener, options = {}) {
      // More than one: for `localhost` Fastify opens a server per address, some of them when it is ready already.
      const server = createServerLike(listener, options)
      if (layer) layer.attach(server)
      else waiting.push(server)
      return server as any
    },
    routes(app) {
      app.addHook('onRoute', ({ method, url, config }) => {
        if (config?.hotpath) declareAll(method, url, config.hotpath)
      })
      app.addHook('onReady', async () => {
        layer = await make(routes)
        for (const server of waiting.splice(0)) layer.attach(server)
      })
      const declaring =
        (verb: Verb): FastifyDeclare =>
        (path, options, handler) => {
          app[verb](path, { config: { hotpath: options } }, handler as RouteHandlerMethod)
        }
      const methods = Object.fromEntries(verbs.map((verb) => [verb, declaring(verb)]))
      return methods as Record<Verb, FastifyDeclare>
    },
  }
}
