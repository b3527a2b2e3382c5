export type { CapturedPlan, PlanNode } from './plan.ts'
export {
  currentScope,
  runForOthers,
  runInScope,
  type RequestScope,
  type ScopeFacts,
} from './request-scope.ts'
export type { RepeatRow, ReportOptions, StatementRow, TapReport } from './report.ts'
export type { StatementFacts, StatementKind } from './facts.ts'
export {
  createStatementReader,
  type StatementReader,
  type StatementReaderOptions,
} from './statement-reader.ts'
export type { ParameterSample } from './samples.ts'
export type { Share } from './share.ts'
export type { Tap } from './tap.ts'
export { tapClient, tapPool } from './tap-pool.ts'
export type { TapOptions } from './options.ts'
