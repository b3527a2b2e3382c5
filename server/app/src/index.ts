export { createRouteMatcher, defineErrors, HotpathError, route } from '@hotpath/core'
export type { Duration, Route, RouteOptions, Target } from '@hotpath/core'
export type { Cache, CacheOptions, EntryOptions, Explanation, WarmTask } from '@hotpath/cache'
export {
  createCursors,
  createKeyset,
  nonceOf,
  pageLinks,
  pageOf,
  readPage,
  renderProblem,
  sendProblem,
} from '@hotpath/http/api'
export type { ApiOptions } from './api-stages.ts'
export type { CachesStats } from './caches.ts'
export type { Database } from '@hotpath/postgres'
export type { QueryCache } from '@hotpath/postgres/query-cache'
export type { AppModule, AppOptions, Progress, RunningApp } from './app-shape.ts'
export { createHotpath } from './create-hotpath.ts'
export { readEnvironment, type Environment, type Settings } from './environment.ts'
export { appErrors } from './errors.ts'
export type { FleetMessage, FleetOrder } from './fleet-link.ts'
export { type FleetServices, type FleetServicesOptions, openFleetServices } from './fleet-services.ts'
export type { Hotpath, HotpathOptions, Snapshot } from './hotpath.ts'
export type { LimitsOptions } from './limits.ts'
export { listenError } from './listen-error.ts'
export { type RunningProxy, startProxy, type StartProxyOptions } from './start-proxy.ts'
export type { PageVitals } from './rum-path.ts'
export type { Purge } from './purge-request.ts'
