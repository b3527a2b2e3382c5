export { beforeHead } from './before-head.ts'
export { batch, batchDefaults, type BatchOptions } from './batch.ts'
export {
  compilePolicy,
  type CompiledPolicy,
  type CspDirectives,
  type CspSource,
  strictPolicy,
} from './content-security-policy.ts'
export {
  createCursors,
  type CursorOptions,
  type CursorPage,
  type CursorRequest,
  type Cursors,
} from './cursors.ts'
export { createDrain, type Drain, drainDefaults, type Drained, type DrainOptions } from './drain.ts'
export { fieldDefaults, type FieldLimits } from './field-selection.ts'
export { fields, type FieldsOptions } from './fields.ts'
export {
  createKeyset,
  type Keyset,
  type KeysetColumn,
  type KeysetPosition,
  type SqlForm,
  type SqlPart,
} from './keyset.ts'
export {
  linkTo,
  type Page,
  pageDefaults,
  pageLinks,
  type PageLimits,
  pageOf,
  type PageRequest,
  readPage,
} from './pages.ts'
export type { BadRequest, QuerySource } from './query.ts'
export {
  type Problem,
  prepareProblem,
  type RenderedProblem,
  renderProblem,
  sendProblem,
  type SendProblem,
} from './problem.ts'
export { nonceOf, securityDefaults, securityHeaders, type SecurityOptions } from './security-headers.ts'
export { createServerTiming, type ServerTiming, type ServerTimingOptions } from './server-timing.ts'
export type { Stage } from './stage.ts'
export type { VersionPlaces } from './version-of.ts'
export {
  createVersionUsage,
  type VersionUsage,
  type VersionUsageOptions,
  type VersionUse,
} from './version-usage.ts'
export { createVersions, type VersionOptions, type Versions } from './versions.ts'
