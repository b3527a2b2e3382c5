import { parseBudget } from './budget.ts'
import { type Duration, parseDuration } from './duration.ts'
import { coreErrors } from './errors.ts'
import { checkRouteDatabase, type RouteDatabase } from './route-database.ts'
import { checkRouteDeprecation, type EndOfLife } from './route-deprecation.ts'
import { checkRouteLimits, type RouteLimits } from './route-limits.ts'

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** `GET /api/ballots/:id`: a method, one space, a path whose parameters begin with a colon. */
export type RoutePattern = `${Method} /${string}`

type Segment<S extends string> = S extends `:${infer Name}` ? Name : never
type Names<Path extends string> = Path extends `${infer Head}/${infer Tail}`
  ? Segment<Head> | Names<Tail>
  : Segment<Path>

/** The parameters in a pattern, by name: `{ id: string }` for `GET /api/ballots/:id`. */
export type ParamsOf<P extends string> = { [Name in Names<P>]: string }

/** One line per route: how long it stays fresh, what it depends on, how fast it must be, how much of it is admitted. */
export interface RouteOptions<P extends string = string> extends RouteLimits, RouteDatabase {
  /** How long shared caches may reuse the answer unchecked (sent as CDN-Cache-Control max-age, RFC 9213). @default not cached */
  fresh?: Duration
  /** How long past `fresh` a stale answer may be served while a new one is fetched (RFC 5861 §3). @default 0 */
  stale?: Duration
  /** How long browsers may reuse the answer unchecked; unset, they revalidate by ETag at each use. @default no-cache */
  browser?: Duration
  /** What the answer depends on: invalidating one of these tags drops it (RFC 9875 Cache-Groups). */
  tags?: (params: ParamsOf<P>) => readonly string[]
  /**
   * `private` answers depend on the user and are never stored in a shared tier. `public`, said in so many words, also
   * lets answers made for a request with Authorization be stored (RFC 9111 §3.5); without it such a request may only
   * reuse what was stored for others.
   * @default shared where `fresh` is set
   */
  visibility?: 'public' | 'private'
  /** Clients are told in headers, and whoever still uses it is counted. @default it stays */
  endOfLife?: EndOfLife
  /** Whether clients may ask for some of its JSON alone: `?fields=id,author.name`. @default false */
  fields?: boolean
  /** Counts what the policy would do, and neither stores nor serves nor sends its headers. @default false */
  shadow?: boolean
  /** What the route promises, in the budget language: `p95 < 50ms`. */
  budget?: string | readonly string[]
}

/** A declared route. Methods take parameters loosely; the pattern's type keeps their names. */
export interface Route<P extends string = string> {
  readonly pattern: P
  readonly method: Method
  readonly path: string
  /** The path cut at its slashes, parameters with their colon. */
  readonly segments: readonly string[]
  readonly options: RouteOptions<any>
}

/**
 * Declares a route and checks it at once.
 * @throws HP_ROUTE_INVALID, HP_ROUTE_OPTION_INVALID, HP_DURATION_INVALID, HP_BYTES_INVALID, HP_BUDGET_INVALID
 */
export function route<const P extends RoutePattern>(pattern: P, options: RouteOptions<P> = {}): Route<P> {
  const fail = (problem: string) => coreErrors.HP_ROUTE_INVALID({ given: pattern, problem })
  const [method, path, ...rest] = pattern.split(' ')
  if (!/^(GET|HEAD|POST|PUT|PATCH|DELETE)$/.test(method ?? '')) throw fail(`"${method}" is not a method`)
  if (!path?.startsWith('/') || rest.length > 0)
    throw fail('its path does not begin with a slash, or holds a space')
  if (/[?#]/.test(path)) throw fail('its path holds a query or a fragment, and requests are matched without')
  const segments = path.slice(1).split('/')
  const names = segments.filter((segment) => segment.startsWith(':'))
  if (names.includes(':')) throw fail('a parameter has no name')
  if (new Set(names).size < names.length) throw fail('a parameter name stands twice')
  for (const key of ['fresh', 'stale', 'browser'] as const) {
    if (options[key] !== undefined) parseDuration(options[key])
  }
  checkRouteLimits(pattern, options)
  checkRouteDatabase(pattern, options)
  if (options.endOfLife !== undefined) checkRouteDeprecation(pattern, options.endOfLife)
  for (const budget of budgetsOf(options)) parseBudget(budget)
  return { pattern, method: method as Method, path, segments, options }
}

/** The budgets of a route, always as a list. */
export function budgetsOf({ budget = [] }: Pick<RouteOptions, 'budget'>): readonly string[] {
  return typeof budget === 'string' ? [budget] : budget
}

export interface RouteMatch {
  route: Route
  params: Record<string, string>
}

/** Finds the route of a method and a path; HEAD falls back to GET. The path must carry no query. */
export type RouteMatcher = (method: string, path: string) => RouteMatch | undefined

/**
 * Compiles a route table into a matcher. A fixed segment wins over a parameter; parameters are percent-decoded,
 * and a segment that cannot be decoded matches nothing.
 * @throws HP_ROUTE_DUPLICATE when two routes have the same shape
 */
export function createRouteMatcher(routes: readonly Route[]): RouteMatcher {
  const roots = new Map<string, Node>()
  for (const declared of routes) {
    let node = child(roots, declared.method)
    for (const segment of declared.segments) {
      node = segment.startsWith(':') ? (node.parameter ??= newNode()) : child(node.fixed, segment)
    }
    if (node.route) throw coreErrors.HP_ROUTE_DUPLICATE({ given: declared.pattern })
    node.route = declared
  }
  const find = (method: string, path: string): RouteMatch | undefined => {
    // Not a path: `*` of OPTIONS, an absolute URL of a proxy request.
    if (!path.startsWith('/')) return undefined
    const root = roots.get(method)
    if (root === undefined) return undefined
    const segments = path.slice(1).split('/')
    const found = descend(root, segments, 0)
    return found && withParams(found, segments)
  }
  return (method, path) => find(method, path) ?? (method === 'HEAD' ? find('GET', path) : undefined)
}

interface Node {
  fixed: Map<string, Node>
  parameter?: Node
  route?: Route
}

const newNode = (): Node => ({ fixed: new Map() })

function child(nodes: Map<string, Node>, key: string): Node {
  let node = nodes.get(key)
  if (!node) nodes.set(key, (node = newNode()))
  return node
}

function descend(node: Node, segments: readonly string[], depth: number): Route | undefined {
  if (depth === segments.length) return node.route
  const segment = segments[depth]!
  const fixed = node.fixed.get(segment)
  const viaFixed = fixed && descend(fixed, segments, depth + 1)
  if (viaFixed) return viaFixed
  return node.parameter && segment !== '' ? descend(node.parameter, segments, depth + 1) : undefined
}

function withParams(found: Route, given: readonly string[]): RouteMatch | undefined {
  const params: Record<string, string> = {}
  for (let index = 0; index < given.length; index++) {
    const segment = found.segments[index]!
    if (!segment.startsWith(':')) continue
    const value = decoded(given[index]!)
    if (value === undefined) return undefined
    params[segment.slice(1)] = value
  }
  return { route: found, params }
}

/** Undefined for what cannot be decoded. */
function decoded(segment: string): string | undefined {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
