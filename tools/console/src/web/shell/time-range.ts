import { parseDuration } from '@hotpath/core'

/** What time a screen is about: the last so many milliseconds, moving on, or a fixed stretch of milliseconds since 1970. */
export type TimeRange = { kind: 'live'; spanMs: number } | { kind: 'fixed'; from: number; to: number }

/** What is offered, in milliseconds; a day is all that is kept. */
export const liveSpans = [15 * 60_000, 60 * 60_000, 6 * 60 * 60_000, 24 * 60 * 60_000] as const

export const defaultRange: TimeRange = { kind: 'live', spanMs: liveSpans[1] }

const shortestMs = 60_000
const longestMs = 7 * 24 * 60 * 60_000

/**
 * Reads `?from=-1h`, or `?from=2026-05-04T10:00:00Z&to=2026-05-04T11:00:00Z`; anything else is the default.
 * Addresses are typed by people and shortened by chat programs: none of them is an error.
 */
export function readRange(query: URLSearchParams): TimeRange {
  const [from, to] = [query.get('from') ?? '', query.get('to') ?? '']
  if (/^-\d/.test(from)) return { kind: 'live', spanMs: clampSpan(spanOf(from.slice(1))) }
  const [start, end] = [Date.parse(from), Date.parse(to)]
  return end - start >= shortestMs ? { kind: 'fixed', from: start, to: end } : defaultRange
}

/** The same as parameters of an address; none for the default. */
export function writeRange(range: TimeRange): Record<string, string> {
  if (range.kind === 'fixed') {
    return { from: new Date(range.from).toISOString(), to: new Date(range.to).toISOString() }
  }
  return range.spanMs === liveSpans[1] ? {} : { from: `-${exactly(range.spanMs)}` }
}

/** The same for the server, which takes milliseconds: a minus counts from the moment of asking. */
export function rangeQuery(range: TimeRange): string {
  return range.kind === 'fixed' ? `from=${range.from}&to=${range.to}` : `from=-${range.spanMs}`
}

function spanOf(text: string): number {
  try {
    return parseDuration(text)
  } catch {
    return liveSpans[1]
  }
}

/** In the largest unit that loses nothing. */
function exactly(ms: number): string {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`
  return ms % 60_000 === 0 ? `${ms / 60_000}m` : `${ms}ms`
}

const clampSpan = (ms: number) => Math.min(longestMs, Math.max(shortestMs, ms))
