import { type Route, parseDuration } from '@hotpath/core'
import { hasDirective, parseCacheControl } from './cache-control.ts'

/** The caching options of a route, read once. Times are whole seconds, as headers carry them. */
export interface RoutePolicy {
  /** Null where shared caches have no part in the route. */
  readonly freshSeconds: number | null
  readonly staleSeconds: number
  /** Null where browsers revalidate at each use. */
  readonly browserSeconds: number | null
  readonly isPrivate: boolean
  /** The route says `visibility: 'public'` itself: also answers to requests with Authorization may be stored. */
  readonly saysPublic: boolean
}

/** The caching headers that the handler set itself. */
export interface OwnHeaders {
  readonly cacheControl: string | undefined
  /** It set a field of the target list, such as CDN-Cache-Control. */
  readonly isTargeted: boolean
}

/** Headers to set; null removes one. */
export type HeaderChanges = readonly (readonly [name: string, value: string | null])[]

/** Answers that the route's `fresh` and `browser` are about. 304 speaks for the 200 it stands for (RFC 9110 §15.4.5). */
const covered: ReadonlySet<number> = new Set([200, 203, 204, 206, 301, 304])

/** Reads the caching options of a route; undefined where it has none. A fraction of a second is dropped. */
export function readPolicy(route: Route | undefined): RoutePolicy | undefined {
  if (!route) return undefined
  const { fresh, stale, browser, visibility } = route.options
  const isPrivate = visibility === 'private'
  if (fresh === undefined && browser === undefined && !isPrivate) return undefined
  const seconds = (duration: typeof fresh) =>
    duration === undefined ? null : Math.floor(parseDuration(duration) / 1000)
  return {
    freshSeconds: isPrivate ? null : seconds(fresh),
    staleSeconds: seconds(stale) ?? 0,
    browserSeconds: seconds(browser),
    isPrivate,
    saysPublic: visibility === 'public',
  }
}

/**
 * The headers by which a route's options are told to caches. What the handler set itself wins, but for one case: on a
 * private route a handler cannot permit shared caching. `s-maxage` is never used: it forbids serving stale
 * (RFC 9111 §5.2.2.10).
 */
export function policyHeaders(policy: RoutePolicy, status: number, own: OwnHeaders): HeaderChanges {
  const { freshSeconds, browserSeconds } = policy
  if (policy.isPrivate) return privateHeaders(policy, own)
  if (own.cacheControl !== undefined || own.isTargeted) return []
  // An error must not outlive its cause in some cache that guesses (RFC 9111 §4.2.2).
  if (status >= 400) return [['Cache-Control', 'no-store']]
  if (!covered.has(status)) return []
  if (freshSeconds === null) return [['Cache-Control', `private, max-age=${browserSeconds ?? 0}`]]
  let usual = usualHeaders.get(policy)
  if (usual === undefined) usualHeaders.set(policy, (usual = sharedHeaders(policy, freshSeconds)))
  return usual
}

/** What a policy puts on a 200 whose handler says nothing of caching, by lower-case name; nothing without a policy. */
export function usualHeadersOf(policy: RoutePolicy | undefined): Record<string, string> {
  const headers: Record<string, string> = {}
  const own = { cacheControl: undefined, isTargeted: false }
  for (const [name, value] of policy ? policyHeaders(policy, 200, own) : []) {
    if (value !== null) headers[name.toLowerCase()] = value
  }
  return headers
}

/** What each policy says where the handler says nothing: written once. */
const usualHeaders = new WeakMap<RoutePolicy, HeaderChanges>()

function sharedHeaders(policy: RoutePolicy, freshSeconds: number): HeaderChanges {
  const { browserSeconds } = policy
  return [
    ['CDN-Cache-Control', sharedDirectives(policy, freshSeconds)],
    ['Cache-Control', browserSeconds === null ? 'no-cache' : `max-age=${browserSeconds}`],
  ]
}

function sharedDirectives({ staleSeconds, saysPublic }: RoutePolicy, freshSeconds: number): string {
  const directives = [`max-age=${freshSeconds}`]
  if (staleSeconds > 0) directives.push(`stale-while-revalidate=${staleSeconds}`)
  if (saysPublic) directives.push('public')
  return directives.join(', ')
}

function privateHeaders({ browserSeconds }: RoutePolicy, own: OwnHeaders): HeaderChanges {
  const said = parseCacheControl(own.cacheControl)
  const keepsPrivate = !said.malformed && (hasDirective(said, 'private') || hasDirective(said, 'no-store'))
  const fallback = browserSeconds === null ? 'private, no-store' : `private, max-age=${browserSeconds}`
  return [
    ['Hotpath-Cache-Control', null],
    ['CDN-Cache-Control', null],
    ['Cache-Control', keepsPrivate ? own.cacheControl! : fallback],
  ]
}
