import type { RequestListener } from 'node:http'

/** One concern: takes the listener behind it, returns the one that stands before it. */
export type Stage = (next: RequestListener) => RequestListener

/** The stages of a request, each a listener factory; absent ones are not built yet or turned off. */
export interface Stages {
  /** `/_hotpath/`, `/metrics`, `/health`, `/ready`: answered first, never counted as the application's traffic. */
  ownPaths: Stage
  /** Memory → collapse → handler; publishes each finished request. */
  httpCache: Stage
}

/**
 * The order of a request, outermost first. Security headers, versions, rate limits, admission and paging take their
 * places in this list as they are built (ARCHITECTURE.md, "A request").
 */
export function pipeline(stages: Stages): Stage {
  const order: Stage[] = [stages.ownPaths, stages.httpCache]
  return (application) => order.reduceRight((next, stage) => stage(next), application)
}
