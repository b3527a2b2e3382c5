import { createRouteMatcher, type Route } from '@hotpath/core'
import type { Stage } from '@hotpath/http/api'
import { runInScope } from '@hotpath/postgres/tap'

/** Charges the statements of a request to its route, and lets repetitions among them be noticed. */
export function statementScope(routes: readonly Route[]): Stage {
  const match = createRouteMatcher(routes)
  return (next) => (request, response) => {
    const { method = 'GET', url = '/' } = request
    const query = url.indexOf('?')
    const found = match(method, query === -1 ? url : url.slice(0, query))
    const route = found ? found.route.pattern : `${method} (other)`
    runInScope({ route }, () => next(request, response))
  }
}
