import type { Method, Route, RouteOptions } from '@hotpath/core'
import type { Env, Handler, Hono } from 'hono'
import { collectRoutes, type RoutePath, type Verb, verbs } from './declared-routes.ts'

/** Declares a route with its options: `routes.get('/ballots/:id', { fresh: '1h' }, handler)`. */
export type HonoDeclare<E extends Env, At extends string> = <const P extends RoutePath>(
  path: P,
  options: RouteOptions<`${At}${P}`>,
  ...handlers: Handler<E, P>[]
) => void

/** An application's own methods, with route options. */
export interface HonoRoutes<E extends Env, At extends string = ''> extends Record<Verb, HonoDeclare<E, At>> {
  /** What was declared so far, for `createHttpCache` or `createHotpath`. */
  readonly routes: readonly Route[]
}

/**
 * Route options where Hono routes are declared. `at` is where the application is mounted: `{ at: '/api' }` for
 * `parent.route('/api', app)` or `basePath('/api')`.
 * @throws HP_HTTP_ROUTE_PATH_UNSUPPORTED for wildcards, optional parts and regular expressions, when one is declared
 */
export function honoRoutes<E extends Env = Env, const At extends RoutePath | '' = ''>(
  app: Hono<E, any, any>,
  { at }: { at?: At } = {},
): HonoRoutes<E, At> {
  const { routes, declare } = collectRoutes(at)
  const declaring =
    (verb: Verb): HonoDeclare<E, At> =>
    (path, options, ...handlers) => {
      const method = verb.toUpperCase() as Method
      declare(method, path, options)
      app.on(method, [path], ...(handlers as Handler[]))
    }
  const methods = Object.fromEntries(verbs.map((verb) => [verb, declaring(verb)]))
  return { ...(methods as Record<Verb, HonoDeclare<E, At>>), routes }
}
