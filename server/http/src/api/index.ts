export { batch, batchDefaults, type BatchOptions } from './batch.ts'
export {
  compilePolicy,
  type CompiledPolicy,
  type CspDirectives,
  type CspSource,
  strictPolicy,
} from './content-security-policy.ts'
export { createDrain, type Drain, drainDefaults, type Drained, type DrainOptions } from './drain.ts'
export {
  type Problem,
  prepareProblem,
  type RenderedProblem,
  renderProblem,
  sendProblem,
  type SendProblem,
} from './problem.ts'
export { nonceOf, securityDefaults, securityHeaders, type SecurityOptions } from './security-headers.ts'
export type { Stage } from './stage.ts'
