import type { Method, ParamsOf, Route, RouteOptions } from '@hotpath/core'
import type { IRouter, RequestHandler } from 'express'
import { collectRoutes, type RoutePath, type Verb, verbs } from './declared-routes.ts'

/** Declares a route with its options: `routes.get('/ballots/:id', { fresh: '1h' }, handler)`. */
export type ExpressDeclare<At extends string> = <const P extends RoutePath>(
  path: P,
  options: RouteOptions<`${At}${P}`>,
  ...handlers: RequestHandler<ParamsOf<P>>[]
) => void

/** An application's or router's own methods, with route options. */
export interface ExpressRoutes<At extends string = ''> extends Record<Verb, ExpressDeclare<At>> {
  /** What was declared so far, for `createHttpCache` or `createHotpath`. */
  readonly routes: readonly Route[]
}

/**
 * Route options where Express routes are declared. `at` is where the router is mounted: `{ at: '/api' }` for
 * `app.use('/api', router)`.
 * @throws HP_HTTP_ROUTE_PATH_UNSUPPORTED for wildcards, optional parts and regular expressions, when one is declared
 */
export function expressRoutes<const At extends RoutePath | '' = ''>(
  router: Pick<IRouter, Verb>,
  { at }: { at?: At } = {},
): ExpressRoutes<At> {
  const { routes, declare } = collectRoutes(at)
  const declaring =
    (verb: Verb): ExpressDeclare<At> =>
    (path, options, ...handlers) => {
      declare(verb.toUpperCase() as Method, path, options)
      router[verb](path, ...(handlers as RequestHandler[]))
    }
  const methods = Object.fromEntries(verbs.map((verb) => [verb, declaring(verb)]))
  return { ...(methods as Record<Verb, ExpressDeclare<At>>), routes }
}
