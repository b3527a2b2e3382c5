import type { RequestListener } from 'node:http'
import type { Stage } from '@hotpath/http/api'

/** The stages of a request. What is turned off is the stage that changes nothing. */
export interface Stages {
  /** `Connection: close` while the process is taken out of service. */
  drain: Stage
  /** `/_hotpath/`, `/metrics`, `/health`, `/ready`: answered first, never counted as the application's traffic. */
  ownPaths: Stage
  /** Server-Timing for those who may know; its other half stands before the handler. */
  timing: Stage
  /** Several operations in one request, each of which goes through everything behind. */
  batch: Stage
  /** Refuses versions that there are not, or not any more. */
  versions: Stage
  /** Counts every request, hits too, so that a limit means what it says. */
  rateLimit: Stage
  /** Memory → Redis → collapse → handler; publishes each finished request. */
  httpCache: Stage
  /** What is set from here on is part of what is stored, and costs a hit nothing. */
  versionHeaders: Stage
  securityHeaders: Stage
  /** Asks `whole`, the listener with the cache in it, for the answer that it takes a part of. */
  fields: (whole: RequestListener) => Stage
  requestSizes: Stage
  idempotency: Stage
  /** Concurrency and shedding: of requests that need the handler alone. */
  admission: Stage
  timeouts: Stage
  /** Of request bodies, for handlers that read none that are compressed. */
  decompression: Stage
  handlerTiming: Stage
  /** Which route the statements of the handler are charged to. */
  statementScope: Stage
  /** What the client wrote, and what its reads must see. */
  databaseSession: Stage
}

/** What stands before the HTTP cache, outermost first. */
const beforeCache = [
  'drain',
  'ownPaths',
  'timing',
  'batch',
  'versions',
  'rateLimit',
] as const satisfies readonly (keyof Stages)[]

/** A stage that hits pass, too; fast-front.ts has to say of each what becomes of those that do not. */
export type StageBeforeCache = (typeof beforeCache)[number]

/** The order of a request, outermost first. */
export function pipeline(stages: Stages): Stage {
  return (application) => {
    const behindCache: Stage[] = [
      stages.versionHeaders,
      stages.securityHeaders,
      stages.fields((request, response) => cached(request, response)),
      stages.requestSizes,
      stages.idempotency,
      stages.admission,
      stages.timeouts,
      stages.decompression,
      stages.handlerTiming,
      stages.statementScope,
      stages.databaseSession,
    ]
    const cached = stages.httpCache(inOrder(behindCache, application))
    return inOrder(
      beforeCache.map((name) => stages[name]),
      cached,
    )
  }
}

const inOrder = (stages: readonly Stage[], last: RequestListener): RequestListener =>
  stages.reduceRight((next, stage) => stage(next), last)
