import { invalidationOf, type TagSpace } from '@hotpath/cache'
import type { Clock, Route } from '@hotpath/core'
import { type CurrentRoutes, globOf } from './current-routes.ts'
import { httpErrors } from './errors.ts'
import { explainUrl, type HttpExplanation } from './explain.ts'
import type { Fences } from './fences.ts'
import type { PurgePreview, PurgeSelection, Responses } from './responses.ts'
import type { ShadowMode } from './shadow/shadow-mode.ts'

/** What became of a purge. */
export interface HttpPurge {
  /** How many responses left this process' memory. */
  dropped: number
  /** False when Redis could not be reached in time: other processes hear of it as soon as it is back. */
  acknowledged: boolean
}

/** What is done to a cache while it runs, and what is asked of it. */
export interface HttpOperations {
  /**
   * Drops stored responses whose path and query match the glob, and keeps those on their way from being stored: in
   * this process at once, in all that share its tag space when the promise resolves.
   * @throws HP_HTTP_PATTERN_INVALID
   */
  purge(pattern: string): Promise<HttpPurge>
  /** What `purge` and `invalidate` would drop from the memory of this process; others, and Redis, may hold more. */
  preview(what: PurgeSelection): PurgePreview
  /**
   * Drops what carries one of these tags, and keeps what is on its way from being stored. It is what `invalidate` of
   * an object cache over the same tag space does, for applications without one.
   * @throws HP_HTTP_TAGS_INVALID
   */
  invalidate(what: { tags: readonly string[] }): Promise<{ acknowledged: boolean }>
  /**
   * Puts other routes in place of those declared, and drops everything that was stored by their word, here and in all
   * that share the tag space.
   * @throws HP_ROUTE_DUPLICATE, and then the old ones stay
   */
  replaceRoutes(routes: readonly Route[]): Promise<HttpPurge>
  /**
   * Turns the caching of one declared route off or on in this process, until it ends. Off: nothing of it is served from
   * here, what was stored is dropped, here and in all that share the tag space, and its answers say `private, no-store`,
   * so that no cache behind keeps them either.
   * @throws HP_ROUTE_UNKNOWN
   */
  turn(pattern: string, isOn: boolean): Promise<HttpPurge>
  /** The routes that were turned off. */
  turnedOff(): readonly string[]
  /** What is known of the GET of a URL (path and query) at a host, in this process. */
  explain(target: { host: string; url: string }): HttpExplanation
}

export interface OperationsParts {
  readonly tags: TagSpace
  readonly fences: Fences
  readonly responses: Responses
  readonly routes: CurrentRoutes
  readonly shadow: Pick<ShadowMode, 'watch'>
  readonly clock: Clock
}

/** Makes the operations of one cache. */
export function createOperations(parts: OperationsParts): HttpOperations {
  const { tags: space, fences, responses, routes, shadow, clock } = parts

  async function purge(pattern: string): Promise<HttpPurge> {
    if (typeof pattern !== 'string' || pattern === '') {
      throw httpErrors.HP_HTTP_PATTERN_INVALID({
        given: `a pattern of ${typeof pattern} ${JSON.stringify(pattern)}`,
      })
    }
    const isSent = fences.purge(pattern)
    const dropped = responses.purge(pattern)
    const { acknowledged } = await isSent
    return { dropped, acknowledged }
  }

  return {
    purge,
    preview: responses.preview,
    async invalidate({ tags }) {
      if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string' && tag !== '')) {
        throw httpErrors.HP_HTTP_TAGS_INVALID({ given: JSON.stringify(tags) })
      }
      const { acknowledged } = await space.change(invalidationOf({ tags }))
      return { acknowledged }
    },
    async replaceRoutes(replacing) {
      routes.replace(replacing)
      shadow.watch(replacing)
      return purge('*')
    },
    async turn(pattern, isOn) {
      routes.turn(pattern, isOn)
      return isOn ? { dropped: 0, acknowledged: true } : purge(globOf(pattern))
    },
    turnedOff: routes.turnedOff,
    explain: (target) => explainUrl(target, { routes: routes.table, responses, now: clock() }),
  }
}
