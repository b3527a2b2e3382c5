import { type Route, createRouteMatcher } from '@hotpath/core'

/** Whether a framework could answer a path with the tagged or private route of another spelling. */
export type LooseRoutes = (method: string, path: string, found: Route | undefined) => boolean

/**
 * Frameworks tolerate more than a route table does: Express other letter case and a slash at the end, Fastify, when it
 * is told to, these and doubled slashes; both what is percent-encoded without need. Such a spelling reaches a handler whose
 * route forbids storing, or whose tags would be missing on what is stored: an invalidation would not find it.
 */
export function createLooseRoutes(routes: readonly Route[]): LooseRoutes {
  const isCareful = ({ options }: Route) => options.tags !== undefined || options.visibility === 'private'
  const match = createLooseMatcher(routes, isCareful)
  const areTight = routes.every(({ path }) => tightRoute.test(path))
  return (method, path, found) => {
    // Spelt as every router spells it, a path has no other reading.
    if (areTight && found !== undefined && tight.test(path)) return false
    const meant = match(method, path)
    return meant !== undefined && meant !== found && isCareful(meant)
  }
}

/** Lower case, no empty segments, nothing encoded. */
const tight = /^(?:\/[a-z0-9._~-]+)+$/
const tightRoute = /^(?:\/(?:[a-z0-9._~-]+|:[^/]+))+$/

/**
 * Finds the route that a tolerant framework may take a path for. Of several with one spelling, one that is `preferred`
 * wins.
 */
export function createLooseMatcher(
  routes: readonly Route[],
  preferred: (route: Route) => boolean,
): (method: string, path: string) => Route | undefined {
  const originals = new Map<string, Route>()
  for (const route of routes) {
    const shape = `${route.method} ${loosen(route.segments.map((segment) => (isName(segment) ? ':' : segment)))}`
    const known = originals.get(shape)
    if (!known || preferred(route)) originals.set(shape, route)
  }
  const declared = new Map<Route, Route>()
  for (const route of originals.values()) {
    const path = loosen(route.segments)
    declared.set({ ...route, path, segments: path.slice(1).split('/') }, route)
  }
  const match = createRouteMatcher([...declared.keys()])
  return (method, path) => {
    const loose = match(method, loosen(path.split('/').map(decoded)))
    return loose && declared.get(loose.route)
  }
}

const isName = (segment: string) => segment.startsWith(':')

/** Lower case, without empty segments. */
function loosen(segments: readonly string[]): string {
  const kept = segments.filter((segment) => segment !== '')
  return `/${kept.map((segment) => (isName(segment) ? segment : segment.toLowerCase())).join('/')}`
}

/** Percent signs that are left are encoded, so that the matcher, which decodes parameters, can read them all. */
function decoded(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURI(segment).replaceAll('%', '%25')
  } catch {
    return segment.replaceAll('%', '%25')
  }
}
