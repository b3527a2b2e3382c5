import type { Route } from '@hotpath/core'
import { createLooseMatcher } from '../loose-routes.ts'

/** Finds what was declared for a request, by its method and URL. */
export type RouteSettings<T> = (method: string, url: string) => T

/** Paths remembered; a client that asks for ever new ones costs a search each, not memory. */
const mostPaths = 2_000
const longestPath = 200

/**
 * Compiles what some routes say, with something else for all others. A framework may take another spelling for the
 * route (letter case, a slash more, needless percent-encoding, an absolute URL), and no spelling may lead around a
 * limit: all of them are found.
 */
export function createRouteSettings<T>(
  routes: readonly Route[],
  { read, otherwise }: { read: (route: Route) => T | undefined; otherwise: T },
): RouteSettings<T> {
  const settings = new Map<Route, T>()
  for (const route of routes) {
    const own = read(route)
    if (own !== undefined) settings.set(route, own)
  }
  if (settings.size === 0) return () => otherwise
  const match = createLooseMatcher(routes, (route) => settings.has(route))
  let known = new Map<string, Map<string, T>>()
  let count = 0
  return (method, url) => {
    const path = pathOf(url)
    const remembered = known.get(method)?.get(path)
    if (remembered !== undefined) return remembered
    const route = match(method, path)
    const found = (route && settings.get(route)) ?? otherwise
    if (path.length > longestPath) return found
    if (count >= mostPaths) {
      known = new Map()
      count = 0
    }
    const paths = known.get(method) ?? new Map<string, T>()
    known.set(method, paths.set(path, found))
    count += 1
    return found
  }
}

/** What stands before a query or a fragment; of an absolute URL (RFC 9112 §3.2.2), what stands behind its host. */
function pathOf(url: string): string {
  let end = url.length
  for (let index = 0; index < end; index++) {
    const code = url.charCodeAt(index)
    if (code === 63 /* ? */ || code === 35 /* # */) end = index
  }
  const path = end === url.length ? url : url.slice(0, end)
  if (path.charCodeAt(0) === 47 /* a slash */) return path
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/]*(.*)$/i.exec(path)
  return absolute ? absolute[1] || '/' : path
}
