import {
  binsOf,
  histogramFromJSON,
  type HistogramJSON,
  type LoadRun,
  type LoadRunSummary,
  type LoadTimes,
  type LoadVerdict,
} from '@hotpath/core'

/** What `hotpath load --out` writes, as far as it is read here. */
export interface RunDocument extends Pick<
  LoadRun,
  'reasons' | 'requests' | 'errors' | 'achievedRate' | 'responseMs' | 'budgets'
> {
  verdict: LoadVerdict
  target: { rate: number | null; durationMs: number }
  /** ISO 8601. */
  startedAt: string
}

/** The parts of it that a run which failed to start has not. */
type Measured = RunDocument &
  Pick<
    LoadRun,
    | 'errorsByKind'
    | 'bytes'
    | 'serviceMs'
    | 'ttfbMs'
    | 'latenessMs'
    | 'endpoints'
    | 'checks'
    | 'timeline'
    | 'generator'
  > & { histograms?: { response: HistogramJSON }; server?: NonNullable<LoadRun['server']> }

const barCount = 44
const noTimes: LoadTimes = { p50: null, p90: null, p95: null, p99: null, max: null }
/** What a run started from the console is named by: when it began, then the scenario. */
const named = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z-(.+)$/

/** The name of a run that begins now. */
export const runId = (scenario: string, now: number): string =>
  `${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}-${scenario.replaceAll(/[^\w.-]/g, '_')}`

/** The text of a file as a run; undefined where it is none. */
export function parseDocument(text: string): RunDocument | undefined {
  let content: Partial<RunDocument> | null
  try {
    content = JSON.parse(text) as Partial<RunDocument> | null
  } catch {
    return undefined
  }
  const isRun =
    typeof content?.verdict === 'string' &&
    typeof content.responseMs === 'object' &&
    typeof content.target === 'object' &&
    Number.isFinite(Date.parse(String(content.startedAt)))
  return isRun ? (content as RunDocument) : undefined
}

/** What is kept of a run that never got under way. */
export function failedDocument(
  { rate, durationMs, startedAt }: { rate: number; durationMs: number; startedAt: number },
  reason: string,
): RunDocument {
  return {
    verdict: 'FAILED',
    reasons: [reason],
    target: { rate, durationMs },
    startedAt: new Date(startedAt).toISOString(),
    requests: 0,
    errors: 0,
    achievedRate: 0,
    responseMs: noTimes,
    budgets: [],
  }
}

/** A line of the list. */
export function summaryOf(id: string, document: RunDocument): LoadRunSummary {
  const { verdict, reasons, target, startedAt, requests, errors, achievedRate, responseMs, budgets } =
    document
  return {
    id,
    scenario: named.exec(id)?.[1] ?? id,
    verdict,
    reasons,
    startedAt: Date.parse(startedAt),
    durationMs: target.durationMs,
    rate: target.rate,
    achievedRate,
    requests,
    errors,
    responseMs,
    budgets,
  }
}

/** Everything that the screen of one run shows. */
export function runOf(id: string, document: RunDocument): LoadRun {
  const run = document as Partial<Measured>
  const { response } = run.histograms ?? {}
  return {
    ...summaryOf(id, document),
    errorsByKind: run.errorsByKind ?? {},
    bytes: run.bytes ?? 0,
    serviceMs: run.serviceMs ?? noTimes,
    ttfbMs: run.ttfbMs ?? noTimes,
    latenessMs: run.latenessMs ?? noTimes,
    endpoints: run.endpoints ?? [],
    checks: run.checks ?? [],
    histogram: response && response.count > 0 ? binsOf(histogramFromJSON(response), barCount) : [],
    timeline: run.timeline ?? { sliceMs: 1_000, points: [] },
    generator: run.generator ?? { eventLoopUtilisation: 0, cpuSeconds: 0, connectionsOpened: 0 },
    server: run.server ?? null,
  }
}
