export {
  type CacheOutcome,
  clientClosedStatus,
  httpChannels,
  type HttpRequestMessage,
  unmetConditionStatus,
} from './channels.ts'
export type { Counters } from './counters.ts'
export { describeRoute, type RouteDescription } from './describe-route.ts'
export { httpErrors } from './errors.ts'
export { createHttpCache, type HttpCache, type HttpCacheStats } from './http-cache.ts'
export type { HttpCacheOptions } from './options.ts'
export {
  type AnyServer,
  createServerLike,
  type FactoryListener,
  type Http2Listener,
  interceptRequests,
} from './servers.ts'
