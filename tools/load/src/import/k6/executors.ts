import type { NoteTaker } from '../imported.ts'
import { readTime } from './duration.ts'

/** A straight part of a level over time: arrivals per second, or users. */
export interface Segment {
  startMs: number
  endMs: number
  from: number
  to: number
}

/** How one scenario of a script is driven. */
export interface Executor {
  /** Under which name the options list it; null when they list none. */
  name: string | null
  /** The exported function that it runs. */
  exec: string
  model: 'open' | 'closed'
  segments: Segment[]
  /** How often the function runs in all; null when time alone ends it. */
  iterations: number | null
  environment: Record<string, string>
}

type Options = Readonly<Record<string, unknown>>
type LineOf = (...names: string[]) => number | null

/** The scenarios of k6's options, or the one that their short forms stand for. */
export function readExecutors(options: Options, lineOf: LineOf, notes: NoteTaker): Executor[] {
  const scenarios = recordOf(options.scenarios)
  const named = Object.entries(scenarios)
  if (named.length === 0) return [shortForm(options)]
  return named.flatMap(([name, given]) => {
    const scenario = recordOf(given)
    const line = lineOf('scenarios', name)
    const driven = drive(scenario)
    if (driven === null) {
      notes.skipped(
        line,
        `scenario ${name}: the executor ${String(scenario.executor)} is not known, or lacks its figures`,
      )
      return []
    }
    const start = readTime(scenario.startTime ?? 0) ?? 0
    const environment = Object.entries(recordOf(scenario.env)).map(([key, value]) => [key, String(value)])
    return [
      {
        name,
        exec: typeof scenario.exec === 'string' ? scenario.exec : 'default',
        model: driven.model,
        iterations: driven.iterations,
        segments: driven.segments.map((segment) => ({
          ...segment,
          startMs: segment.startMs + start,
          endMs: segment.endMs + start,
        })),
        environment: Object.fromEntries(environment) as Record<string, string>,
      },
    ]
  })
}

function shortForm(options: Options): Executor {
  const { vus, duration, iterations, stages } = options
  const executor = Array.isArray(stages)
    ? { executor: 'ramping-vus', startVUs: vus ?? 1, stages }
    : iterations !== undefined || duration === undefined
      ? { executor: 'shared-iterations', vus: vus ?? 1, iterations: iterations ?? 1, maxDuration: duration }
      : { executor: 'constant-vus', vus: vus ?? 1, duration }
  const driven = drive(executor) ?? { model: 'closed' as const, segments: [], iterations: 1 }
  return { name: null, exec: 'default', environment: {}, ...driven }
}

type Driven = Pick<Executor, 'model' | 'segments' | 'iterations'>

const defaultMaxMs = 600_000

function drive(scenario: Options): Driven | null {
  const duration = readTime(scenario.duration)
  const unitMs = readTime(scenario.timeUnit ?? '1s') ?? 1000
  const vus = Number(scenario.vus ?? 1)
  const longest = readTime(scenario.maxDuration ?? defaultMaxMs) ?? defaultMaxMs
  switch (scenario.executor) {
    case 'constant-vus':
      return duration === null ? null : level('closed', vus, duration)
    case 'ramping-vus':
      return ramp('closed', { start: Number(scenario.startVUs ?? 1), stages: scenario.stages })
    case 'constant-arrival-rate':
      return duration === null ? null : level('open', (Number(scenario.rate) * 1000) / unitMs, duration)
    case 'ramping-arrival-rate':
      return ramp('open', {
        start: Number(scenario.startRate ?? 0),
        stages: scenario.stages,
        scale: 1000 / unitMs,
      })
    case 'shared-iterations':
      return { ...level('closed', vus, longest), iterations: Number(scenario.iterations ?? 1) }
    case 'per-vu-iterations':
      return { ...level('closed', vus, longest), iterations: vus * Number(scenario.iterations ?? 1) }
    default:
      return null
  }
}

function level(model: 'open' | 'closed', value: number, durationMs: number): Driven {
  return { model, iterations: null, segments: [{ startMs: 0, endMs: durationMs, from: value, to: value }] }
}

/** `scale` turns the script's levels into arrivals per second or users. */
function ramp(
  model: 'open' | 'closed',
  { start, stages, scale = 1 }: { start: number; stages: unknown; scale?: number },
): Driven | null {
  const segments: Segment[] = []
  let from = start * scale
  let startMs = 0
  for (const stage of Array.isArray(stages) ? stages : []) {
    const { duration, target } = recordOf(stage)
    const length = readTime(duration)
    const to = Number(target) * scale
    if (length === null || !Number.isFinite(to)) return null
    if (length > 0) segments.push({ startMs, endMs: startMs + length, from, to })
    startMs += length
    from = to
  }
  return segments.length === 0 ? null : { model, segments, iterations: null }
}

/** Several levels that are added up, cut where one of them bends. */
export function sumSegments(lists: readonly (readonly Segment[])[]): Segment[] {
  const bends = new Set([0, ...lists.flat().flatMap(({ startMs, endMs }) => [startMs, endMs])])
  const times = [...bends].sort((a, b) => a - b)
  return times.slice(1).map((endMs, index) => {
    const startMs = times[index]!
    let [from, to] = [0, 0]
    for (const segment of lists.flat()) {
      if (segment.startMs > startMs || segment.endMs < endMs) continue
      from += levelAt(segment, startMs)
      to += levelAt(segment, endMs)
    }
    return { startMs, endMs, from, to }
  })
}

function levelAt({ startMs, endMs, from, to }: Segment, at: number): number {
  return from + ((to - from) * (at - startMs)) / (endMs - startMs)
}

/** Arrivals, or user-seconds: by which scenarios are weighted against each other. */
export function areaOf(segments: readonly Segment[]): number {
  let area = 0
  for (const { startMs, endMs, from, to } of segments) area += (((from + to) / 2) * (endMs - startMs)) / 1000
  return area
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}
