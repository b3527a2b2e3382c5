export { type AccessLog, type AccessLogOptions, openAccessLog } from './access-log/access-log.ts'
export {
  type CacheOutcome,
  clientClosedStatus,
  httpChannels,
  type HttpRequestMessage,
  unmetConditionStatus,
} from './channels.ts'
export type { Counters } from './counters.ts'
export { type CompressionOptions, createCompression } from './compress/compression.ts'
export {
  createRequestDecompression,
  type RequestDecompressionOptions,
} from './compress/request-decompression.ts'
export { describeRoute, type RouteDescription } from './describe-route.ts'
export type { HttpExplanation, StoredAccount } from './explain.ts'
export { type FastFront } from './fast-path/fast-front.ts'
export { httpErrors } from './errors.ts'
export { createHttpCache, type HttpCache, type HttpCacheStats } from './http-cache.ts'
export { type HttpCacheOptions, proxyCacheDefaults } from './options.ts'
export type { RequestHead } from './request-head.ts'
export {
  type AnyServer,
  createServerLike,
  type FactoryListener,
  type Http2Listener,
  interceptRequests,
} from './servers.ts'
export { markUnavailable } from './unavailable.ts'
