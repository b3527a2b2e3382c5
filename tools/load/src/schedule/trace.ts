import { readFileSync } from 'node:fs'
import { errors } from '../errors.ts'
import type { Stage } from './stages.ts'

/** How many arrivals came in one second of a recorded time. */
export interface TraceSecond {
  /** Whole seconds from the start, ascending; those left out had none. */
  second: number
  count: number
}

/** Recorded arrivals: the time of each in seconds from the start, ascending, or how many came in each second. */
export type Trace = readonly number[] | readonly TraceSecond[]

const longestSeconds = 24 * 3600

/**
 * Reads a trace: JSON of either shape, or text with a time (`12.345`) or a second and a count (`12,40`) per line; a
 * first line without figures is a heading.
 * @throws HP_LOAD_TRACE
 */
export function readTrace(file: string): Trace {
  const text = contentOf(file)
  const problem = (what: string) => errors.HP_LOAD_TRACE({ problem: `${file}: ${what}` })
  if (/^\s*\[/.test(text)) {
    try {
      return JSON.parse(text) as Trace
    } catch (cause) {
      throw errors.HP_LOAD_TRACE({ problem: `${file} is not JSON` }, { cause })
    }
  }
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  if (lines[0] !== undefined && !/^[\s\d.,;]+$/.test(lines[0])) lines.shift()
  const rows = lines.map((line) => line.split(/[,;\s]+/).filter((cell) => cell !== ''))
  const columns = rows[0]?.length ?? 0
  for (const [index, row] of rows.entries()) {
    const wrong =
      row.length !== columns || row.length > 2 || row.some((cell) => !Number.isFinite(Number(cell)))
    if (wrong)
      throw problem(`line "${lines[index]!.slice(0, 40)}" is neither a time nor a second and a count`)
  }
  if (columns === 1) return rows.map(([time]) => Number(time))
  return rows.map(([second, count]) => ({ second: Number(second), count: Number(count) }))
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    throw errors.HP_LOAD_TRACE({ problem: `${file} cannot be read (${code ?? message})` }, { cause })
  }
}

/** What a trace asks for: the times of single arrivals in milliseconds, or one stage per second. */
export type TracePlan = { times: Float64Array; durationMs: number } | { stages: Stage[] }

/**
 * Checks a trace; what comes after `untilMs` is left out.
 * @throws HP_LOAD_TRACE
 */
export function planTrace(trace: Trace, untilMs: number | null): TracePlan {
  const first = trace[0]
  if (first === undefined) throw errors.HP_LOAD_TRACE({ problem: 'it is empty' })
  if (typeof first === 'number') return planTimes(trace as readonly number[], untilMs)
  return { stages: planSeconds(trace as readonly TraceSecond[], untilMs) }
}

function planTimes(trace: readonly number[], untilMs: number | null): TracePlan {
  for (const [index, time] of trace.entries()) {
    if (!(time >= (index === 0 ? 0 : trace[index - 1]!) && time < longestSeconds)) {
      throw errors.HP_LOAD_TRACE({ problem: `time ${index + 1} is ${JSON.stringify(time)}` })
    }
  }
  const durationMs = untilMs ?? (Math.floor(trace.at(-1)!) + 1) * 1000
  const times = Float64Array.from(trace, (seconds) => seconds * 1000).filter((ms) => ms < durationMs)
  return { times, durationMs }
}

function planSeconds(trace: readonly TraceSecond[], untilMs: number | null): Stage[] {
  const stages: Stage[] = []
  for (const [index, { second, count }] of trace.entries()) {
    const inOrder = Number.isInteger(second) && second >= stages.length && second < longestSeconds
    if (!inOrder || !(Number.isInteger(count) && count >= 0)) {
      throw errors.HP_LOAD_TRACE({ problem: `entry ${index + 1} says ${JSON.stringify({ second, count })}` })
    }
    while (stages.length < second) stages.push({ durationMs: 1000, from: 0, to: 0 })
    stages.push({ durationMs: 1000, from: count, to: count })
  }
  return untilMs === null ? stages : stages.slice(0, Math.max(1, Math.floor(untilMs / 1000)))
}
