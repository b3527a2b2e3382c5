import { type Route, createRouteMatcher } from '@hotpath/core'
import { createLooseRoutes } from './loose-routes.ts'
import { type RoutePolicy, readPolicy } from './policy.ts'

/** What the route table says of one request. */
export interface RouteFacts {
  /** The declared pattern, or `other`. */
  readonly label: string
  /** Undefined where no route matches, or it says nothing of caching. */
  readonly policy: RoutePolicy | undefined
  /**
   * Null when they cannot be told: the route's own function failed or gave something else than tags, or a framework
   * may take the path for that of another route.
   */
  readonly tags: readonly string[] | null
  /** It was turned off for the time being. @default false */
  readonly isOff?: boolean
}

/** Finds the route of a method and a URL (path and query). */
export type RouteTable = (method: string, url: string) => RouteFacts

const unknown: RouteFacts = { label: 'other', policy: undefined, tags: [] }
const uncertain: RouteFacts = { ...unknown, tags: null }

/**
 * Compiles a route table.
 * @throws HP_ROUTE_DUPLICATE
 */
export function createRouteTable(routes: readonly Route[]): RouteTable {
  const match = createRouteMatcher(routes)
  const mayMeanAnother = createLooseRoutes(routes)
  const policies = new Map(routes.map((route) => [route, readPolicy(route)]))
  return (method, url) => {
    const query = url.indexOf('?')
    const path = query === -1 ? url : url.slice(0, query)
    const found = match(method, path)
    const isUncertain = mayMeanAnother(method, path, found?.route)
    if (!found) return isUncertain ? uncertain : unknown
    const { route, params } = found
    const tags = isUncertain ? null : tagsOf(route, params)
    return { label: route.pattern, policy: policies.get(route), tags }
  }
}

/** A function that throws on one odd parameter must not take the server down, nor leave an answer without its tags. */
function tagsOf({ options }: Route, params: Record<string, string>): readonly string[] | null {
  try {
    const tags: unknown = options.tags?.(params) ?? []
    return Array.isArray(tags) && tags.every((tag) => typeof tag === 'string' && tag !== '') ? tags : null
  } catch {
    return null
  }
}
