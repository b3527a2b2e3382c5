import type { Clock } from '@hotpath/core'
import { type GeneratorUse, measureGenerator } from './generator.ts'
import { type Judgement, judge } from './judge.ts'
import { type Driven, driveClosed, driveOpen } from './models.ts'
import { type LoadOptions, type Plan, planRun } from './plan.ts'
import { probe } from './probe.ts'
import { type ProgressReporter, reportProgress } from './progress.ts'
import { rehearse } from './rehearse.ts'
import { createRecorder, type LoadRecord } from './recorder.ts'
import { type RunResult, summarise } from './result.ts'
import { runSetups, type SharedData } from './setup.ts'
import { createTransport, type Transport } from './transport.ts'
import { createVisitors, type Visitors } from './visitors.ts'

/**
 * Drives load against an application and says what it measured, and whether that may be believed.
 * @throws HP_LOAD_OPTION, HP_LOAD_URL, HP_LOAD_NO_ORIGIN, HP_LOAD_BUDGET_UNIT, HP_DURATION_INVALID, HP_BUDGET_INVALID
 * for wrong options; HP_LOAD_UNREACHABLE when nothing listens at the origin; HP_LOAD_SETUP_FAILED,
 * HP_LOAD_SCENARIO_FAILED when a scenario throws
 */
export async function runLoad(options: LoadOptions, clock: Clock = Date.now): Promise<RunResult> {
  const plan = planRun(options)
  await probe(plan.origin)
  const shared = await runSetups(plan.scenarios, plan.origin)
  await rehearse()
  const startedAt = new Date(clock())
  const run = startRun(plan, shared, options)
  try {
    const { driven, use } = await drive(run)
    if (run.failure.error) throw run.failure.error
    const { record } = run
    return summarise({
      plan,
      record,
      judgement: judgeRun(run, driven, use),
      achievedRate: achievedRate(run),
      generator: {
        ...use,
        connectionsOpened: run.transport.connectionsOpened(),
        node: process.version,
      },
      startedAt,
      histograms: options.histograms ?? false,
    })
  } finally {
    run.visitors.stop()
    run.reporter?.stop()
    await run.transport.destroy()
  }
}

/** A run under way. */
interface Run {
  plan: Plan
  /** performance.now() at the start of the warm-up. */
  start: number
  transport: Transport
  visitors: Visitors
  record: LoadRecord
  reporter: ProgressReporter | undefined
  /** Fires when the caller stops the run or a scenario fails. */
  signal: AbortSignal
  failure: { error?: Error }
  /** performance.now() at the end of sending; NaN before. */
  stoppedAt: number
}

function startRun(plan: Plan, shared: SharedData, { signal, onProgress }: LoadOptions): Run {
  const { origin, model, users, warmupMs, durationMs, timeoutMs } = plan
  const stop = new AbortController()
  const failure: { error?: Error } = {}
  const connections = model === 'closed' ? Math.min(plan.connections, users) : plan.connections
  const transport = createTransport({ origin, connections, timeoutMs })
  const start = performance.now()
  const totalMs = warmupMs + durationMs
  const recorder = createRecorder({ from: start + warmupMs, until: start + totalMs, timeoutMs })
  const reporter =
    onProgress && reportProgress({ start, warmupMs, totalMs, underWay: transport.underWay, onProgress })
  const visitors = createVisitors({
    plan,
    shared,
    transport,
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
    transport,
    visitors,
    record: recorder.record,
    reporter,
    signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    failure,
    stoppedAt: Number.NaN,
  }
}

/** Sends until the end of the measured time, then waits for the answers under way. */
async function drive(run: Run): Promise<{ driven: Driven; use: GeneratorUse }> {
  const { plan, start, visitors, transport, signal } = run
  let useSince = measureGenerator()
  const afterWarmup = setTimeout(() => {
    useSince = measureGenerator()
  }, plan.warmupMs)
  const driveModel = plan.model === 'open' ? driveOpen : driveClosed
  const driven = await driveModel({ plan, visitors, start, signal })
  clearTimeout(afterWarmup)
  visitors.stop()
  run.stoppedAt = performance.now()
  // Waiting for the last answers is idle time: it must not make a busy generator look calm.
  const { eventLoopUtilisation } = useSince()
  await Promise.race([transport.drained(), aborted(signal)])
  return { driven, use: { eventLoopUtilisation, cpuSeconds: useSince().cpuSeconds } }
}

function judgeRun({ plan, record, transport, signal }: Run, driven: Driven, use: GeneratorUse): Judgement {
  return judge({
    model: plan.model,
    aborted: signal.aborted,
    requests: record.requests,
    rightAnswers: record.requests - record.errors,
    latenessP99Ms: record.lateness.quantile(0.99),
    serviceP50Ms: record.service.quantile(0.5),
    eventLoopUtilisation: use.eventLoopUtilisation,
    achievedShare: driven.achievedShare,
    waitedForConnection: transport.waited(),
    connections: plan.connections,
  })
}

/** Requests per second over the measured time, which ends early when the run is stopped, late when sending was late. */
function achievedRate({ plan, record, start, stoppedAt }: Run): number {
  const from = start + plan.warmupMs
  const measuredMs = Math.min(plan.durationMs, stoppedAt - from)
  if (measuredMs <= 0) return 0
  if (plan.model === 'closed') return (record.answeredInTime * 1000) / measuredMs
  return (record.requests * 1000) / Math.max(measuredMs, record.lastSentAt - from)
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
