/** A route, and whether it is the one that the page was loaded for. */
export interface Shown {
  route: string
  isFirst: boolean
}

/** Which route was shown when, on the page's clock. */
export interface RouteLog {
  /** What was shown at a time; now, where none is given. */
  at(time?: number): Shown
  /** The route of an address; the first where none is given. */
  routeOf(address: string | undefined): string
}

const mostEntries = 50

/** Follows the history of the page. `route` gives the template of a path; what it does not know is `other`. */
export function createRouteLog(route: (path: string) => string | undefined): RouteLog {
  const routeOf = (path: string) => route(path) || 'other'
  const first = routeOf(location.pathname)
  const log = [{ from: 0, route: first, isFirst: true }]
  const { navigation } = globalThis as { navigation?: EventTarget }
  navigation?.addEventListener('currententrychange', () => {
    log.push({ from: performance.now(), route: routeOf(location.pathname), isFirst: false })
    if (log.length > mostEntries) log.shift()
  })
  return {
    at: (time = Infinity) => log.findLast(({ from }) => from <= time) ?? log[0]!,
    routeOf: (address) => (address ? routeOf(new URL(address).pathname) : first),
  }
}
