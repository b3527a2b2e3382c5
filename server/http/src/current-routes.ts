import type { Route } from '@hotpath/core'
import { httpErrors } from './errors.ts'
import type { RoutePolicy } from './policy.ts'
import { createRouteTable, type RouteTable } from './route-table.ts'

/** The routes of a cache as they stand: others may take their place, and some may be turned off for the time being. */
export interface CurrentRoutes {
  /** What they say of a request, with regard to what was turned off. */
  readonly table: RouteTable
  /**
   * Puts others in their place; a pattern that is off stays so.
   * @throws HP_ROUTE_DUPLICATE, and then the old ones stay
   */
  replace(routes: readonly Route[]): void
  /**
   * Turns one off or on.
   * @throws HP_ROUTE_UNKNOWN
   */
  turn(pattern: string, isOn: boolean): void
  /** The patterns of those that are off. */
  turnedOff(): readonly string[]
}

/** Like a private route: neither stored nor looked for here, and no cache behind is allowed to keep it. */
const offPolicy: RoutePolicy = {
  freshSeconds: null,
  staleSeconds: 0,
  browserSeconds: null,
  isPrivate: true,
  saysPublic: false,
}

/**
 * Makes the routes of one cache. While nothing is off, that costs one check for a request that is not a hit.
 * @throws HP_ROUTE_DUPLICATE
 */
export function createCurrentRoutes(routes: readonly Route[]): CurrentRoutes {
  let find = createRouteTable(routes)
  let patterns = patternsOf(routes)
  const off = new Set<string>()
  return {
    table(method, url) {
      const facts = find(method, url)
      return off.size > 0 && off.has(facts.label) ? { ...facts, policy: offPolicy, isOff: true } : facts
    },
    replace(replacing) {
      find = createRouteTable(replacing)
      patterns = patternsOf(replacing)
    },
    turn(pattern, isOn) {
      // One that is off may have been replaced since.
      const isKnown = patterns.has(pattern) || (isOn && off.has(pattern))
      if (!isKnown) throw httpErrors.HP_ROUTE_UNKNOWN({ given: JSON.stringify(pattern) })
      if (isOn) off.delete(pattern)
      else off.add(pattern)
    },
    turnedOff: () => [...off],
  }
}

const patternsOf = (routes: readonly Route[]): ReadonlySet<string> =>
  new Set(routes.map(({ pattern }) => pattern))

/** The glob of everything that a route may have stored, and of little else: `/api/ballots/*`. */
export function globOf(pattern: string): string {
  const path = pattern.slice(pattern.indexOf(' ') + 1)
  return `${path.replaceAll(/:[^/]+/g, '*')}*`
}
