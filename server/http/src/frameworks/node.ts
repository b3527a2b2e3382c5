import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import {
  createRouteMatcher,
  type Method,
  type ParamsOf,
  type Route,
  type RouteMatch,
  type RouteOptions,
} from '@hotpath/core'
import { pathOf } from '../path-of.ts'
import { collectRoutes, type RoutePath, type Verb, verbs } from './declared-routes.ts'

/** Answers one request of plain node:http. */
export type NodeHandler<P extends string = string> = (
  request: IncomingMessage,
  response: ServerResponse,
  params: ParamsOf<P>,
) => unknown

/** Declares a route with its options: `routes.get('/ballots/:id', { fresh: '1h' }, handler)`. */
export type NodeDeclare = <const P extends RoutePath>(
  path: P,
  options: RouteOptions<P>,
  handler: NodeHandler<P>,
) => void

/** A router for plain node:http, no larger than the route options need. */
export interface NodeRoutes extends Record<Verb, NodeDeclare> {
  /** What was declared so far, for `createHttpCache` or `createHotpath`. */
  readonly routes: readonly Route[]
  /**
   * What was declared so far as a request listener. `otherwise` gets what no route matches. @default 404
   * @throws HP_ROUTE_DUPLICATE
   */
  listener(otherwise?: RequestListener): RequestListener
}

/** Routes of plain node:http, with route options and typed parameters; HEAD falls back to GET. */
export function nodeRoutes(): NodeRoutes {
  const { routes, declare } = collectRoutes()
  const handlers = new Map<Route, NodeHandler>()
  const declaring =
    (verb: Verb): NodeDeclare =>
    (path, options, handler) => {
      declare(verb.toUpperCase() as Method, path, options)
      handlers.set(routes.at(-1)!, handler)
    }
  const methods = Object.fromEntries(verbs.map((verb) => [verb, declaring(verb)]))
  return {
    ...(methods as Record<Verb, NodeDeclare>),
    routes,
    listener(otherwise = notFound) {
      const match = createRouteMatcher(routes)
      return (request, response) => {
        const found = find(match, request)
        if (!found) return otherwise(request, response)
        handlers.get(found.route)!(request, response, found.params)
      }
    },
  }
}

function find(
  match: ReturnType<typeof createRouteMatcher>,
  { method = 'GET', url = '/' }: IncomingMessage,
): RouteMatch | undefined {
  return match(method, pathOf(url))
}

function notFound(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8' }).end('Not found\n')
}
