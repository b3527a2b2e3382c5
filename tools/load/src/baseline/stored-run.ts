import type { Environment } from '../environment.ts'
import { errors } from '../errors.ts'
import type { RunResult } from '../record/result.ts'

/** What `hotpath load --out` keeps: a result, and where it was measured. */
export type StoredRun = Pick<
  RunResult,
  | 'verdict'
  | 'model'
  | 'target'
  | 'requests'
  | 'errors'
  | 'achievedRate'
  | 'bytes'
  | 'responseMs'
  | 'startedAt'
> & { environment?: Environment }

/** A figure of a run by which runs are compared. */
export interface Figure {
  /** Stable: it appears in files and options. */
  name: string
  better: 'lower' | 'higher'
  /** Null where the run does not have it. */
  of(run: StoredRun): number | null
}

/** What can be said of any run; times in milliseconds. */
export const runFigures: readonly Figure[] = [
  { name: 'bytesPerRequest', better: 'lower', of: ({ bytes, requests }) => bytes / requests },
  { name: 'p50', better: 'lower', of: ({ responseMs }) => responseMs.p50 },
  { name: 'p95', better: 'lower', of: ({ responseMs }) => responseMs.p95 },
  { name: 'p99', better: 'lower', of: ({ responseMs }) => responseMs.p99 },
  { name: 'mean', better: 'lower', of: ({ responseMs }) => responseMs.mean },
  { name: 'rate', better: 'higher', of: ({ achievedRate }) => achievedRate },
  { name: 'errors', better: 'lower', of: ({ errors, requests }) => errors / requests },
]

/**
 * The runs of a file: one result, a list of them, or `{"runs": […]}`.
 * @throws HP_RUN_FILE saying what is wrong
 */
export function parseRuns(text: string, file: string): StoredRun[] {
  const refuse = (problem: string) => errors.HP_RUN_FILE({ file, problem })
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    throw refuse('it is not JSON')
  }
  const listed = isObject(content) && Array.isArray(content.runs) ? content.runs : content
  const runs: unknown[] = Array.isArray(listed) ? listed : [listed]
  if (runs.length === 0) throw refuse('it holds no run')
  return runs.map((run, index) => {
    const problem = problemOf(run)
    if (problem !== null) throw refuse(runs.length === 1 ? problem : `run ${index + 1}: ${problem}`)
    return run as StoredRun
  })
}

const verdicts = ['VALID', 'INVALID', 'ABORTED']

function problemOf(run: unknown): string | null {
  if (!isObject(run)) return 'a run is an object'
  if (!verdicts.includes(run.verdict as string)) return `verdict is none of ${verdicts.join(', ')}`
  const missing = ['requests', 'errors', 'achievedRate', 'bytes'].find((name) => !isCount(run[name]))
  if (missing !== undefined) return `${missing} is not a number of 0 or more`
  if (!isObject(run.responseMs)) return 'responseMs is missing'
  const wrong = Object.entries(run.responseMs).find(([, value]) => value !== null && !isCount(value))
  if (wrong) return `responseMs.${wrong[0]} is not a number`
  if (!isObject(run.target)) return 'target is missing'
  if (!Number.isFinite(Date.parse(String(run.startedAt)))) return 'startedAt is not a date'
  const { environment } = run
  if (environment !== undefined && !(isObject(environment) && typeof environment.fingerprint === 'string')) {
    return 'environment has no fingerprint'
  }
  return null
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isCount = (value: unknown): value is number => Number.isFinite(value) && (value as number) >= 0
