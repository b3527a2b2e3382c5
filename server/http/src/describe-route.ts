import { budgetsOf, type Route } from '@hotpath/core'
import { readPolicy, usualHeadersOf } from './policy.ts'

/** A route as people look it up: what its answers carry. */
export interface RouteDescription {
  /** `GET /api/ballots/:id` */
  route: string
  /** The caching headers of a 200, by lower-case name; empty where the handler alone decides. */
  headers: Record<string, string>
  /** Its tags, parameters in braces: `ballot:{id}`. */
  tags: readonly string[]
  budgets: readonly string[]
}

/** What a route's options amount to. */
export function describeRoute(route: Route): RouteDescription {
  // In shadow mode nothing of it is sent.
  const headers = usualHeadersOf(route.options.shadow ? undefined : readPolicy(route))
  const parameters = route.segments
    .filter((segment) => segment.startsWith(':'))
    .map((segment) => segment.slice(1))
  const placeholders = Object.fromEntries(parameters.map((name) => [name, `{${name}}`]))
  const tags = route.options.tags?.(placeholders) ?? []
  return { route: route.pattern, headers, tags, budgets: budgetsOf(route.options) }
}
