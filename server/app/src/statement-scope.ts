import { createRouteMatcher, parseDuration, type Route } from '@hotpath/core'
import type { Stage } from '@hotpath/http/api'
import { requestSignal } from '@hotpath/http/limits'
import { runInScope, type ScopeFacts } from '@hotpath/postgres/tap'

/**
 * Charges the statements of a request to its route, lets repetitions among them be noticed, and ends them by the
 * route's own time, or with the request, where the route says so.
 */
export function statementScope(routes: readonly Route[]): Stage {
  const match = createRouteMatcher(routes)
  const known = new Map(routes.map((route) => [route, scopeOf(route)]))
  return (next) => (request, response) => {
    const { method = 'GET', url = '/' } = request
    const query = url.indexOf('?')
    const found = match(method, query === -1 ? url : url.slice(0, query))
    const scope = found ? known.get(found.route)! : { route: `${method} (other)` }
    const signal = found?.route.options.cancelStatements === true ? requestSignal(request) : undefined
    runInScope(signal ? { ...scope, signal } : scope, () => next(request, response))
  }
}

function scopeOf({ pattern, options: { statementTimeout } }: Route): ScopeFacts {
  if (statementTimeout === undefined) return { route: pattern }
  return { route: pattern, statementTimeoutMs: parseDuration(statementTimeout) }
}
