export type { BudgetOutcome } from './judge/budgets.ts'
export type { Cookies } from './session/cookies.ts'
export { errors as loadErrors } from './errors.ts'
export { createFeeder, type Feeder, type FeederOptions, type FeedOrder } from './feed/feeder.ts'
export type { Row } from './feed/rows.ts'
export type { GeneratorUse } from './judge/generator.ts'
export type { LoadVerdict, Model } from './judge/judge.ts'
export type { ConnectionOptions, LoadOptions } from './run/plan.ts'
export type { Progress } from './record/progress.ts'
export { type ObservedRun, observeRun, type ObserveOptions } from './observe/observe-run.ts'
export type { ServerSide, ServerSlice } from './observe/server-side.ts'
export { createRandom, type Random } from './random/random.ts'
export type { StepResponse } from './http/response.ts'
export type { RunResult, StageResult, TimeSummary } from './record/result.ts'
export { type Awake, keepAwake } from './run/awake.ts'
export { runLoad } from './run/run.ts'
export { untilLeftAlone, untilValid, usualTries } from './run/until-valid.ts'
export { chooseScenario, defineScenarios } from './scenario/scenario.ts'
export type {
  ParamValues,
  RequestOptions,
  Scenario,
  ScenarioBuilder,
  ScenarioDefinition,
  SetupTools,
} from './scenario/scenario.ts'
export { type Arrivals, schedule, type ScheduleOptions } from './schedule/schedule.ts'
export type { EventsOptions, LiveEvents } from './live/events.ts'
export type { LiveSocket, SocketOptions } from './live/websocket.ts'
export type { Attempt, Session } from './session/session.ts'
export type { Capture } from './session/capture.ts'
export type { AnswerCheck } from './session/verify.ts'
export type { RateStage, UserStage } from './schedule/stages.ts'
export type { Step, StepOptions } from './scenario/step.ts'
export type { ThinkTime } from './session/think.ts'
export type { Trace, TraceSecond } from './schedule/trace.ts'
export { urlScenario, type UrlScenarioOptions } from './scenario/url-scenario.ts'
export { createWeightedDraw, type Draw } from './random/weighted.ts'
export { createZipf } from './random/zipf.ts'
