import { adviceOn } from '../compare/advice.ts'
import { judgeUnpaired } from '../compare/compare-runs.ts'
import type { Metric, Sample } from '../compare/metrics.ts'
import { type MetricVerdict, overall, type Verdict } from '../compare/verdict.ts'
import { type Environment, environmentDifferences } from '../environment.ts'
import { errors } from '../errors.ts'
import type { Endpoint } from './measure-endpoints.ts'

/** What is kept of a benchmark of all end points. */
export interface EndpointFile {
  /** ISO 8601. */
  startedAt: string
  environment: Environment
  endpoints: Endpoint[]
}

/** @throws HP_RUN_FILE saying what is wrong */
export function parseEndpoints(text: string, file: string): EndpointFile {
  const refuse = (problem: string) => errors.HP_RUN_FILE({ file, problem })
  let content: Partial<EndpointFile> | null
  try {
    content = JSON.parse(text) as Partial<EndpointFile> | null
  } catch {
    throw refuse('it is not JSON')
  }
  if (!Array.isArray(content?.endpoints)) throw refuse('it has no list "endpoints"')
  if (typeof content.environment?.fingerprint !== 'string')
    throw refuse('it does not say where it was measured')
  const odd = content.endpoints.findIndex((endpoint: Partial<Endpoint> | null) => !isEndpoint(endpoint))
  if (odd >= 0) throw refuse(`end point ${odd + 1} lacks a name, or times above 0`)
  return content as EndpointFile
}

function isEndpoint(endpoint: Partial<Endpoint> | null): boolean {
  const areTimes = (times: unknown) =>
    Array.isArray(times) &&
    times.every((ms: unknown) => typeof ms === 'number' && ms >= 0 && Number.isFinite(ms))
  return typeof endpoint?.name === 'string' && areTimes(endpoint.p50Ms) && areTimes(endpoint.p95Ms)
}

export interface EndpointComparison {
  verdict: Verdict
  /** One per end point of both files, by its median. */
  endpoints: MetricVerdict[]
  notes: string[]
}

/** A tenth of a millisecond is nothing that anybody waits for. */
const floorMs = 0.1

/** Holds the medians of every end point against those of a former file. `margin` is a share. */
export function compareEndpoints(
  before: EndpointFile,
  after: EndpointFile,
  { margin }: { margin: number },
): EndpointComparison {
  const names = after.endpoints.map(({ name }) => name)
  const metrics = names.map((name): Metric => ({
    name,
    title: name,
    better: 'lower',
    gating: true,
    floor: floorMs,
  }))
  const judged = judgeUnpaired(metrics, { a: samplesOf(before), b: samplesOf(after) }, margin)
  const differences = environmentDifferences(before.environment, after.environment)
  const known = new Set(before.endpoints.map(({ name }) => name))
  const gone = before.endpoints.filter(({ name }) => !names.includes(name)).map(({ name }) => name)
  const added = names.filter((name) => !known.has(name))
  return {
    verdict: differences.length > 0 ? 'INCONCLUSIVE' : overall(judged),
    endpoints: judged,
    notes: [
      ...differences,
      ...(gone.length > 0 ? [`No longer measured: ${gone.join(', ')}.`] : []),
      ...(added.length > 0 ? [`New: ${added.join(', ')}.`] : []),
      ...adviceFor(judged, { differences, margin, rounds: fewestRounds(before, after) }),
    ],
  }
}

/** Rounds that the command takes at most. */
const mostRounds = 60

/** What would decide where nothing is decided. */
function adviceFor(judged: readonly MetricVerdict[], { differences, margin, rounds }: Undecided): string[] {
  if (differences.length > 0) {
    return ['Measure the former file anew here, at its own commit: only then can the two be judged.']
  }
  if (judged.length === 0) return ['No end point is in both files: nothing can be judged.']
  return adviceOn(judged, {
    margin,
    repeated: `${rounds} rounds`,
    most: mostRounds,
    again: (needed) => `measure both files anew with --rounds ${needed}`,
  })
}

interface Undecided {
  differences: readonly string[]
  margin: number
  /** Of the file that has fewer. */
  rounds: number
}

/** Of the end points that both files have. */
function fewestRounds(before: EndpointFile, after: EndpointFile): number {
  const counts = [before, after].flatMap(({ endpoints }) => endpoints.map(({ p50Ms }) => p50Ms.length))
  return Math.min(...counts.filter((count) => count > 0))
}

/** Each time a sample of its own: rounds of different end points have nothing to do with each other. */
const samplesOf = ({ endpoints }: EndpointFile): Sample[] =>
  endpoints.flatMap(({ name, p50Ms }) => p50Ms.map((ms) => ({ [name]: ms })))
