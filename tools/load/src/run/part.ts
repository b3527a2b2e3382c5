import { histogramFromJSON } from '@hotpath/core'
import type { GeneratorUse } from '../judge/generator.ts'
import type { StolenTime } from '../judge/stolen-time.ts'
import { judge, type GeneratorEvidence, ownFailures } from '../judge/judge.ts'
import type { Driven } from './models.ts'
import type { Plan } from './plan.ts'
import { type LoadRecordJSON, type MergedRecord, mergeRecords } from '../record/record.ts'
import { type RunResult, summarise } from '../record/result.ts'
import { type Share, shareOfCount } from '../schedule/share.ts'

/** What one generator found out about its share of a run, before it is judged; safe in JSON. */
export interface Part {
  record: LoadRecordJSON
  driven: Driven
  generator: GeneratorUse & { connectionsOpened: number; node: string }
  /** Requests that had to wait for a connection because all were in use. */
  waitedForConnection: number
  /** Whether it was stopped before its time. */
  aborted: boolean
  /** ISO 8601. */
  startedAt: string
  /** How long the measured time lasted: less than planned when it was stopped. */
  measuredMs: number
}

export interface Conclusion {
  /** What else speaks against the run, such as a generator that died. @default [] */
  problems?: readonly string[]
  /** Adds the response histogram to the result. @default false */
  histograms?: boolean
}

/**
 * The result of a run from the parts of all its generators, in the order of their shares. Histograms and counts add
 * up exactly; the run is INVALID when one part is.
 */
export function conclude(
  plan: Plan,
  parts: readonly Part[],
  { problems = [], histograms = false }: Conclusion = {},
): RunResult {
  const record = mergeRecords(parts.map((part) => part.record))
  const { model } = plan
  const judgement = judge({
    model,
    aborted: parts.some((part) => part.aborted),
    requests: record.requests,
    rightAnswers: record.requests - record.errors,
    generators: parts.map((part, index) => evidenceOf(part, plan, { index, of: parts.length })),
  })
  if (problems.length > 0) {
    judgement.reasons.push(...problems)
    if (judgement.verdict === 'VALID') judgement.verdict = 'INVALID'
  }
  const measuredMs = Math.max(0, ...parts.map((part) => part.measuredMs))
  return summarise({
    plan,
    record,
    judgement,
    achievedRate: achievedRate(model, record, measuredMs),
    generator: generatorOf(parts),
    startedAt: parts[0]?.startedAt ?? new Date(0).toISOString(),
    histograms,
  })
}

function evidenceOf(part: Part, plan: Plan, share: Share): GeneratorEvidence {
  const { record, driven, generator, waitedForConnection } = part
  const { asked, started, lastStartMs } = driven
  const inTime = plan.durationMs / Math.max(plan.durationMs, lastStartMs)
  const outOfSockets = record.errorsByKind
    .filter(([kind]) => ownFailures.has(kind))
    .reduce((sum, [, count]) => sum + count, 0)
  return {
    latenessP99Ms: histogramFromJSON(record.lateness).quantile(0.99),
    serviceP50Ms: histogramFromJSON(record.service).quantile(0.5),
    eventLoopUtilisation: generator.eventLoopUtilisation,
    eventLoopDelayP50Ms: generator.eventLoopDelayP50Ms,
    stolenMs: generator.stolenMs,
    stolenShare: generator.stolenShare,
    achievedShare: asked === 0 ? 1 : (started / asked) * inTime,
    waitedForConnection,
    connections: shareOfCount(plan.connections, share),
    outOfSockets,
  }
}

/** Of several generators, that of the machine that fared worst: they may all be on one. */
function mostStolen(machines: readonly StolenTime[]): StolenTime {
  const none: StolenTime = { stolenMs: null, stolenShare: null }
  return machines.reduce(
    (worst, { stolenMs, stolenShare }) =>
      (stolenShare ?? -1) > (worst.stolenShare ?? -1) ? { stolenMs, stolenShare } : worst,
    none,
  )
}

/** Requests per second over the measured time, which ends early when the run is stopped, late when sending was late. */
function achievedRate(model: Plan['model'], record: MergedRecord, measuredMs: number): number {
  if (measuredMs <= 0) return 0
  if (model === 'closed') return (record.answeredInTime * 1000) / measuredMs
  return (record.requests * 1000) / Math.max(measuredMs, record.lastSentMs)
}

function generatorOf(parts: readonly Part[]): RunResult['generator'] {
  const most = (figure: (part: Part) => number) => Math.max(0, ...parts.map(figure))
  const sum = (figure: (part: Part) => number) => parts.reduce((total, part) => total + figure(part), 0)
  return {
    eventLoopUtilisation: most(({ generator }) => generator.eventLoopUtilisation),
    eventLoopDelayP50Ms: most(({ generator }) => generator.eventLoopDelayP50Ms),
    eventLoopDelayP99Ms: most(({ generator }) => generator.eventLoopDelayP99Ms),
    cpuSeconds: sum(({ generator }) => generator.cpuSeconds),
    ...mostStolen(parts.map(({ generator }) => generator)),
    connectionsOpened: sum(({ generator }) => generator.connectionsOpened),
    node: parts[0]?.generator.node ?? process.version,
    generators: parts.length,
  }
}
