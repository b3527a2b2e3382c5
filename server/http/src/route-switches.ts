import type { RoutePolicy } from './policy.ts'
import type { RouteTable } from './route-table.ts'

/** Routes that are not cached for the time being, whatever they were declared to be. */
export interface RouteSwitches {
  /** The table as it is with what was turned off. */
  readonly table: RouteTable
  turn(pattern: string, isOn: boolean): void
  /** The patterns of those that are off. */
  off(): readonly string[]
}

/** Like a private route: neither stored nor looked for here, and no cache behind is allowed to keep it. */
const offPolicy: RoutePolicy = {
  freshSeconds: null,
  staleSeconds: 0,
  browserSeconds: null,
  isPrivate: true,
  saysPublic: false,
}

/** Puts switches before a route table. While nothing is off they cost one check for a request that is not a hit. */
export function createRouteSwitches(table: RouteTable): RouteSwitches {
  const isOff = new Set<string>()
  return {
    table(method, url) {
      const facts = table(method, url)
      return isOff.size > 0 && isOff.has(facts.label) ? { ...facts, policy: offPolicy, isOff: true } : facts
    },
    turn(pattern, isOn) {
      if (isOn) isOff.delete(pattern)
      else isOff.add(pattern)
    },
    off: () => [...isOff],
  }
}

/** The glob of everything that a route may have stored, and of little else: `/api/ballots/*`. */
export function globOf(pattern: string): string {
  const path = pattern.slice(pattern.indexOf(' ') + 1)
  return `${path.replaceAll(/:[^/]+/g, '*')}*`
}
