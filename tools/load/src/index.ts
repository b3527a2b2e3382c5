export type { BudgetOutcome } from './budgets.ts'
export type { Cookies } from './cookies.ts'
export { errors as loadErrors } from './errors.ts'
export { createFeeder, type Feeder, type FeederOptions, type FeedOrder } from './feed/feeder.ts'
export type { Row } from './feed/rows.ts'
export type { GeneratorUse } from './generator.ts'
export type { LoadVerdict, Model } from './judge.ts'
export type { ConnectionOptions, LoadOptions } from './plan.ts'
export type { Progress } from './progress.ts'
export { type ObservedRun, observeRun, type ObserveOptions } from './observe/observe-run.ts'
export type { ServerSide, ServerSlice } from './observe/server-side.ts'
export { createRandom, type Random } from './random.ts'
export type { StepResponse } from './response.ts'
export type { RunResult, StageResult, TimeSummary } from './result.ts'
export { runLoad } from './run.ts'
export { chooseScenario, defineScenarios } from './scenario.ts'
export type {
  ParamValues,
  RequestOptions,
  Scenario,
  ScenarioBuilder,
  ScenarioDefinition,
  SetupTools,
} from './scenario.ts'
export { type Arrivals, schedule, type ScheduleOptions } from './schedule.ts'
export type { EventsOptions, LiveEvents } from './live/events.ts'
export type { LiveSocket, SocketOptions } from './live/websocket.ts'
export type { Attempt, Session } from './session.ts'
export type { Capture } from './session/capture.ts'
export type { AnswerCheck } from './session/verify.ts'
export type { RateStage, UserStage } from './stages.ts'
export type { Step, StepOptions } from './step.ts'
export type { ThinkTime } from './think.ts'
export type { Trace, TraceSecond } from './trace.ts'
export { urlScenario, type UrlScenarioOptions } from './url-scenario.ts'
export { createWeightedDraw, type Draw } from './weighted.ts'
export { createZipf } from './zipf.ts'
