export type { RouterOptions } from './options.ts'
export type { ReplicaStatus } from './replica-state.ts'
export {
  createRouter,
  type QueryRouting,
  type Router,
  type RouterReport,
  type SessionOptions,
} from './router.ts'
export type { ReadDemand } from './session.ts'
