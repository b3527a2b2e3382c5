import type { FastFront, RequestHead } from '@hotpath/http'
import type { Drain } from '@hotpath/http/api'
import type { ApiStages } from './api-stages.ts'
import type { Limits } from './limits.ts'
import type { StageBeforeCache } from './pipeline.ts'

/** The stages that have a say in what is answered from the socket. */
export interface FrontParts {
  readonly drain: Drain
  readonly api: ApiStages
  readonly limits: Limits
}

/**
 * Speaks for the stages before the HTTP cache where hits are answered from their socket, past all of them: each either
 * has nothing to do with such a request, or wants to have it.
 */
export function fastFront({ drain, api, limits }: FrontParts): FastFront {
  const admits: Record<StageBeforeCache, (request: RequestHead) => boolean> = {
    drain: () => !drain.isDraining(),
    // What these two answer never comes to the cache, so that it is not in there.
    ownPaths: () => true,
    batch: () => true,
    timing: (request) => !api.isTimed(request),
    versions: api.passesVersions,
    // It counts what is certain to be answered.
    rateLimit: () => true,
  }
  const words = Object.values(admits)
  return {
    receive: () => true,
    admits: (request) => words.every((admits) => admits(request)),
    count: limits.count,
  }
}
