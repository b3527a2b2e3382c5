import type { Route } from '@hotpath/core'
import { createLooseMatcher } from '../loose-routes.ts'

/** Finds what was declared for a request, by its method and URL. */
export type RouteSettings<T> = (method: string, url: string) => T

/** A client that asks for ever new URLs costs a search each, not memory. */
const mostKeys = 4_000
const longestKey = 200

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
  const search = createLooseMatcher(routes, (route) => settings.has(route))
  const match = (method: string, path: string): T => {
    const route = search(method, path)
    return (route && settings.get(route)) ?? otherwise
  }
  const memories = new Map<string, Memory<T>>()
  for (const { method } of settings.keys()) {
    memories.set(
      method,
      createMemory((path) => match(method, path)),
    )
    if (method === 'GET')
      memories.set(
        'HEAD',
        createMemory((path) => match('HEAD', path)),
      )
  }
  return (method, url) => {
    const memory = memories.get(method)
    return memory === undefined ? otherwise : memory(url)
  }
}

/** Finds what belongs to a URL, which has been found before as a rule. */
type Memory<T> = (url: string) => T

/** Remembers by URL, so that a request usually costs one look, and by path, for those whose query is ever new. */
function createMemory<T>(find: (path: string) => T): Memory<T> {
  const known = new Map<string, T>()
  function remember(key: string, found: T): T {
    if (key.length > longestKey) return found
    if (known.size >= mostKeys) known.clear()
    known.set(key, found)
    return found
  }
  return (url) => {
    const remembered = known.get(url)
    if (remembered !== undefined) return remembered
    const path = pathOf(url)
    return remember(url, known.get(path) ?? remember(path, find(path)))
  }
}

/** What stands before a query or a fragment; of an absolute URL (RFC 9112 §3.2.2), what stands behind its host. */
function pathOf(url: string): string {
  const end = url.search(/[?#]/)
  const path = end === -1 ? url : url.slice(0, end)
  if (path.charCodeAt(0) === 47 /* a slash */) return path
  const absolute = /^[a-z][a-z0-9+.-]*:\/\/[^/]*(.*)$/i.exec(path)
  return absolute ? absolute[1] || '/' : path
}
