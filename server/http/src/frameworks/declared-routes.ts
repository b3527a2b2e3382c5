import { type Method, type Route, type RouteOptions, type RoutePattern, route } from '@hotpath/core'
import { httpErrors } from '../errors.ts'

/** `/ballots/:id`, as a framework's own methods take it. */
export type RoutePath = `/${string}`

/** A method under which routes are declared, as frameworks write it. */
export type Verb = 'get' | 'post' | 'put' | 'patch' | 'delete'

export const verbs = ['get', 'post', 'put', 'patch', 'delete'] as const satisfies readonly Verb[]

/** The routes that were declared with a framework's own, in their order. */
export interface DeclaredRoutes {
  /** The route table for `createHttpCache` or `createHotpath`. Complete once the application is. */
  readonly routes: readonly Route[]
  /**
   * Declares the options of a route.
   * @throws HP_HTTP_ROUTE_PATH_UNSUPPORTED, and what `route` of @hotpath/core throws
   */
  declare(method: Method, path: string, options: RouteOptions<any>): void
}

/** A whole segment is a parameter, or none of it is: what frameworks mean by more, only they can match. */
const parameter = /^:[A-Za-z_]\w*$/
const fixed = /^[^:*{}()?+\\[\]]*$/

/** Collects routes whose paths begin with `at`. */
export function collectRoutes(at = ''): DeclaredRoutes {
  const routes: Route[] = []
  return {
    routes,
    declare(method, path, options) {
      const whole = path === '/' && at !== '' ? at : `${at}${path}`
      const odd = whole.split('/').find((segment) => !fixed.test(segment) && !parameter.test(segment))
      if (odd !== undefined) throw httpErrors.HP_HTTP_ROUTE_PATH_UNSUPPORTED({ path: whole, segment: odd })
      routes.push(route(`${method} ${whole}` as RoutePattern, options))
    },
  }
}
