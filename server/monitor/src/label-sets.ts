import { type Buckets, createBuckets } from './buckets.ts'

/** The requests of one method, route and status. */
export interface LabelSet {
  readonly labels: { readonly method: string; readonly route: string; readonly status: string }
  readonly durations: Buckets
}

export interface LabelSets {
  /** The set of a request. `routePath` is the route's path without its method. */
  find(method: string, routePath: string, status: number): LabelSet
  all(): readonly LabelSet[]
}

export interface LabelSetsOptions {
  boundsMs: Float64Array
  /** Never more sets than this (and at least 66, the folded ones). @default 1_000 */
  maxSets?: number
}

/** The route of requests that match no declared route, and of everything beyond the limit. */
export const otherRoute = 'other'

const knownMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY', 'CONNECT', 'TRACE']
const methodNames = [...knownMethods, 'OTHER']
const methodIndex = new Map(methodNames.map((name, index) => [name, index]))
const otherMethod = methodNames.length - 1
const statusClasses = ['other', '1xx', '2xx', '3xx', '4xx', '5xx']
const foldedSets = methodNames.length * statusClasses.length

/**
 * One set of counters per method, route and status, in bounded number: a caller who invents methods, or an
 * application that invents routes, must not be able to fill the memory or the metrics page. Beyond the limit requests
 * are counted under the route "other" and the class of their status.
 */
export function createLabelSets({ boundsMs, maxSets = 1_000 }: LabelSetsOptions): LabelSets {
  const exactSets = Math.max(0, maxSets - foldedSets)
  const byRoute = new Map<string, Map<number, LabelSet>>()
  const folded = new Map<number, LabelSet>()
  const sets: LabelSet[] = []

  const create = (method: number, route: string, status: string): LabelSet => {
    const labels = { method: methodNames[method]!, route, status }
    const set = { labels, durations: createBuckets(boundsMs) }
    sets.push(set)
    return set
  }
  const fold = (method: number, status: number): LabelSet => {
    const statusClass = Math.floor(status / 100)
    const key = method * statusClasses.length + statusClass
    let set = folded.get(key)
    if (!set) folded.set(key, (set = create(method, otherRoute, statusClasses[statusClass]!)))
    return set
  }
  const add = (key: number, route: string): LabelSet => {
    const status = key % 1000
    const method = (key - status) / 1000
    const isFoldedAnyway = route === otherRoute && status === 0
    if (isFoldedAnyway || sets.length - folded.size >= exactSets) return fold(method, status)
    const set = create(method, route, status === 0 ? statusClasses[0]! : String(status))
    const ofRoute = byRoute.get(route)
    if (ofRoute) ofRoute.set(key, set)
    else byRoute.set(route, new Map([[key, set]]))
    return set
  }

  return {
    find(method, routePath, status) {
      const key = (methodIndex.get(method) ?? otherMethod) * 1000 + knownStatus(status)
      return byRoute.get(routePath)?.get(key) ?? add(key, routePath)
    },
    all: () => sets,
  }
}

/** A status of HTTP as it is; anything else as 0. */
function knownStatus(status: number): number {
  return Number.isInteger(status) && status >= 100 && status <= 599 ? status : 0
}
