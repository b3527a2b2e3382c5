import { type Duration, parseDuration } from './duration.ts'
import { coreErrors } from './errors.ts'

/** How the handler of a route may use the database. */
export interface RouteDatabase {
  /**
   * Whether its reads may be answered by replicas: never by an older state than the one who asks, or the cache that
   * keeps the answer, may see. @default false
   */
  replica?: boolean
  /** How long one of its statements may run. @default the connection's */
  statementTimeout?: Duration
  /** Whether its statements are cancelled at the server when the client leaves, or the route's timeout is over. @default false */
  cancelStatements?: boolean
}

/**
 * Checks these options of one route.
 * @throws HP_ROUTE_OPTION_INVALID, HP_DURATION_INVALID
 */
export function checkRouteDatabase(pattern: string, { statementTimeout }: RouteDatabase): void {
  if (statementTimeout === undefined || parseDuration(statementTimeout) >= 1) return
  throw coreErrors.HP_ROUTE_OPTION_INVALID({
    pattern,
    name: 'statementTimeout',
    given: JSON.stringify(statementTimeout),
    why: 'no statement ends within less than a millisecond',
    fix: 'for example statementTimeout: "2s"',
  })
}
