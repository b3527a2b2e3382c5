import { coreErrors } from './errors.ts'

/** The end of something that clients use: a route, or a version of an API. */
export interface EndOfLife {
  /** Since when it should not be used any more (RFC 9745): `2026-01-01`, or with a time. */
  deprecated: string
  /** When it is expected to stop answering (RFC 8594). @default nobody knows yet */
  sunset?: string
  /** What to use instead: a URL or a path. */
  successor?: string
  /** A page for developers about it. */
  info?: string
}

/** A date of ISO 8601, in milliseconds since 1970; undefined for anything else. A day means its beginning, UTC. */
export function parseIsoDate(text: string): number | undefined {
  const isDate = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)
  const time = isDate ? Date.parse(text) : NaN
  return Number.isNaN(time) ? undefined : time
}

/** What is wrong with it, in words; null where nothing is. */
export function endOfLifeProblem({ deprecated, sunset, successor, info }: EndOfLife): string | null {
  const from = typeof deprecated === 'string' ? parseIsoDate(deprecated) : undefined
  if (from === undefined) return `deprecated since ${JSON.stringify(deprecated)}, which is no date`
  if (sunset !== undefined) {
    const until = typeof sunset === 'string' ? parseIsoDate(sunset) : undefined
    if (until === undefined) return `to end at ${JSON.stringify(sunset)}, which is no date`
    // RFC 9745 §4: the sunset must not be earlier.
    if (until < from) return `to end at ${sunset}, before it is deprecated`
  }
  const link = [successor, info].find((one) => one !== undefined && !/^(?:https?:\/|\/)[!-;=?-~]*$/.test(one))
  return link === undefined ? null : `linked to ${JSON.stringify(link)}, which is no percent-encoded URL`
}

/** @throws HP_ROUTE_OPTION_INVALID */
export function checkRouteDeprecation(pattern: string, endOfLife: EndOfLife): void {
  const problem = endOfLifeProblem(endOfLife)
  if (problem === null) return
  throw coreErrors.HP_ROUTE_OPTION_INVALID({
    name: 'endOfLife',
    pattern,
    given: problem,
    why: 'clients are told of it in headers that hold dates and links',
    fix: "give it dates such as '2026-07-01', the sunset after the deprecation, and links that begin with https:// or /",
  })
}
