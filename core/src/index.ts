export { parseBudget, evaluateBudget, printBudget, formatValue } from './budget.ts'
export type { Budget, BudgetOperator, BudgetResult, BudgetUnit, BudgetVerdict } from './budget.ts'
export { formatBytes, parseBytes, type Bytes } from './bytes.ts'
export type { Clock } from './clock.ts'
export { formatDuration, parseDuration, type Duration } from './duration.ts'
export { defineErrors, HotpathError, type ErrorCatalogue, type ErrorEntry } from './error.ts'
export { coreErrors } from './errors.ts'
export { type Bin, binsOf } from './bins.ts'
export { createHistogram, histogramFromJSON } from './histogram.ts'
export type { Histogram, HistogramJSON, HistogramOptions } from './histogram.ts'
export * from './protocol/index.ts'
export { budgetsOf, createRouteMatcher, route } from './route.ts'
export type {
  Method,
  ParamsOf,
  Route,
  RouteMatch,
  RouteMatcher,
  RouteOptions,
  RoutePattern,
} from './route.ts'
export { ratePolicyProblem } from './route-limits.ts'
export type { ConcurrencyPolicy, IdempotencyPolicy, RatePolicy, RouteLimits } from './route-limits.ts'
export { type EndOfLife, endOfLifeProblem, parseIsoDate } from './route-deprecation.ts'
export { bootstrapInterval, type BootstrapOptions } from './stats/bootstrap.ts'
export { holm } from './stats/holm.ts'
export type { Interval } from './stats/interval.ts'
export { median } from './stats/median.ts'
export {
  partition,
  type PartitionOptions,
  stretchesOf,
  type Stretches,
  type Weighted,
} from './stats/partition.ts'
export { normalTail, normalUpperQuantile } from './stats/normal.ts'
export { quantile } from './stats/quantile.ts'
export { rankSumInterval } from './stats/rank-sum.ts'
export {
  hodgesLehmann,
  type Pair,
  pairedRatio,
  signedRankCritical,
  signedRankInterval,
  signedRankP,
} from './stats/signed-rank.ts'
export { sequentialLevels } from './stats/spending.ts'
export { studentP } from './stats/student.ts'
export { addCount, sumBy } from './sum-by.ts'
export type { Target } from './target.ts'
export { formatTraceparent, parseTraceparent, type Traceparent } from './traceparent.ts'
export { turnedAwayNote } from './turned-away.ts'
export { type JobMessage, type SocketMessage, workChannels } from './work-channels.ts'
