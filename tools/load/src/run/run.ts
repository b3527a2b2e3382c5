import type { Clock } from '@hotpath/core'
import { type GeneratorUse, measureGenerator } from '../judge/generator.ts'
import { type Alarm, startAlarm } from '../schedule/alarm.ts'
import { type Driven, driveClosed, driveOpen } from './models.ts'
import { conclude, type Part } from './part.ts'
import { type LoadOptions, type Plan, planRun } from './plan.ts'
import { probe } from './probe.ts'
import { type ProgressReporter, reportProgress } from '../record/progress.ts'
import { letHelpersYield } from './helper-threads.ts'
import { rehearse } from '../scenario/rehearse.ts'
import { createRecorder, type Recorder } from '../record/recorder.ts'
import type { RunResult } from '../record/result.ts'
import { keepPausesShort } from './short-pauses.ts'
import { runSetups } from '../scenario/setup.ts'
import { type Share, shareOfCount, wholeShare } from '../schedule/share.ts'
import { createTransport, type Transport } from '../http/transport.ts'
import { createVisitors, type Visitors } from '../session/visitors.ts'

/**
 * Drives load against an application and says what it measured, and whether that may be believed.
 * @throws HP_LOAD_OPTION, HP_LOAD_URL, HP_LOAD_NO_ORIGIN, HP_LOAD_TRACE, HP_LOAD_BUDGET_UNIT, HP_DURATION_INVALID,
 * HP_BUDGET_INVALID for wrong options; HP_LOAD_UNREACHABLE when nothing listens at the origin; HP_LOAD_SETUP_FAILED,
 * HP_LOAD_SCENARIO_FAILED when a scenario throws
 */
export async function runLoad(options: LoadOptions, clock: Clock = Date.now): Promise<RunResult> {
  const plan = planRun(options)
  const part = await drivePart(plan, options, { clock })
  return conclude(plan, [part], { histograms: options.histograms ?? false })
}

export interface PartOptions {
  /** Which part of the load. @default the whole */
  share?: Share
  /** What `prepareRun` gave, prepared once for all shares. @default prepared here */
  shared?: readonly unknown[]
  /** When the warm-up begins, in milliseconds since 1970 with fractions: the same for all shares. @default at once */
  startAt?: number
  /** Called when everything is prepared; the start is awaited before load is driven. @default none */
  onReady?: () => Promise<number>
  clock?: Clock
}

/**
 * Drives a share of a run: what each of several generators does, before `conclude` puts their parts together.
 * @throws as `runLoad`
 */
export function runPart(options: LoadOptions, part: PartOptions): Promise<Part> {
  return drivePart(planRun(options, part.share ?? wholeShare), options, part)
}

/**
 * Sees that the application can be reached, and gives what each scenario's `setup` prepares, in their order.
 * @throws HP_LOAD_UNREACHABLE, HP_LOAD_SETUP_FAILED
 */
export async function prepareRun(plan: Plan): Promise<unknown[]> {
  await probe(plan)
  const shared = await runSetups(plan)
  return plan.scenarios.map((scenario) => shared.get(scenario))
}

/** Before a run begins: its schedule is made meanwhile, and what the preparation left behind is collected. */
const settleMs = 50

async function drivePart(
  plan: Plan,
  options: LoadOptions,
  { shared: prepared, startAt, onReady, clock = Date.now }: PartOptions,
): Promise<Part> {
  const shared = prepared ?? (await prepareRun(plan))
  await rehearse()
  letHelpersYield()
  using cleanup = new DisposableStack()
  cleanup.use(keepPausesShort())
  await using alarm = await startAlarm()
  const agreed = onReady ? await onReady() : startAt
  const start =
    agreed === undefined ? performance.now() + settleMs : Math.max(agreed - performance.timeOrigin, 0)
  const startedAt = new Date(clock() + start - performance.now()).toISOString()
  const run = startRun(plan, { shared, start, alarm, options })
  try {
    const { driven, use } = await drive(run)
    if (run.failure.error) throw run.failure.error
    const { transport, signal } = run
    return {
      record: run.recorder.toJSON(),
      driven,
      generator: { ...use, connectionsOpened: transport.connectionsOpened(), node: process.version },
      waitedForConnection: transport.waited(),
      aborted: signal.aborted,
      startedAt,
      measuredMs: Math.max(0, Math.min(plan.durationMs, run.stoppedAt - start - plan.warmupMs)),
    }
  } finally {
    run.visitors.stop()
    run.visitors.close()
    run.reporter?.stop()
    run.transport.destroy()
  }
}

/** A run under way. */
interface Run {
  plan: Plan
  /** performance.now() at the start of the warm-up. */
  start: number
  alarm: Alarm
  transport: Transport
  visitors: Visitors
  recorder: Recorder
  reporter: ProgressReporter | undefined
  /** Fires when the caller stops the run or a scenario fails. */
  signal: AbortSignal
  failure: { error?: Error }
  /** performance.now() at the end of sending; NaN before. */
  stoppedAt: number
}

interface Start {
  shared: readonly unknown[]
  start: number
  alarm: Alarm
  options: LoadOptions
}

function startRun(plan: Plan, { shared, start, alarm, options: { signal, onProgress } }: Start): Run {
  const { warmupMs, durationMs, timeoutMs } = plan
  const stop = new AbortController()
  const failure: { error?: Error } = {}
  const totalMs = warmupMs + durationMs
  const recorder = createRecorder({
    from: start + warmupMs,
    until: start + totalMs,
    timeoutMs,
    stages: plan.pattern === 'stages' ? plan.stages : [],
  })
  const cap = shareOfCount(plan.connections, plan.share)
  const transport = createTransport({ ...plan, cap, onConnect: recorder.addConnect })
  const reporter =
    onProgress && reportProgress({ start, warmupMs, totalMs, underWay: transport.underWay, onProgress })
  const visitors = createVisitors({
    plan,
    shared,
    transport,
    recorder,
    onSettled(exchange) {
      recorder.add(exchange)
      reporter?.add(exchange)
    },
    onFailure(error) {
      failure.error ??= error
      stop.abort()
    },
  })
  return {
    plan,
    start,
    alarm,
    transport,
    visitors,
    recorder,
    reporter,
    signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    failure,
    stoppedAt: Number.NaN,
  }
}

/** Sends until the end of the measured time, then waits for the answers under way. */
async function drive(run: Run): Promise<{ driven: Driven; use: GeneratorUse }> {
  const { plan, start, alarm, visitors, transport, signal } = run
  let meter = measureGenerator()
  const afterWarmup = setTimeout(
    () => {
      meter.stop()
      meter = measureGenerator()
    },
    Math.max(0, start + plan.warmupMs - performance.now()),
  )
  try {
    const driveModel = plan.model === 'open' ? driveOpen : driveClosed
    const driven = await driveModel({ plan, visitors, start, alarm, signal })
    visitors.stop()
    run.stoppedAt = performance.now()
    // Waiting for the last answers is idle time: it must not make a busy generator look calm.
    const use = meter.read()
    await Promise.race([transport.drained(), aborted(signal)])
    return { driven, use: { ...use, cpuSeconds: meter.read().cpuSeconds } }
  } finally {
    clearTimeout(afterWarmup)
    meter.stop()
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
