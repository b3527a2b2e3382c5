import {
  type Directives,
  deltaSeconds,
  hasBareDirective,
  hasDirective,
  maxDeltaSeconds,
} from './cache-control.ts'
import { httpDate } from './conditional.ts'
import type { ResponseFacts } from './response-facts.ts'

/** How freshness is guessed where the origin gives none (RFC 9111 §4.2.2). */
export interface Heuristic {
  /** Of the time since the last modification. */
  readonly fraction: number
  readonly capMs: number
}

/** Statuses that may be kept on a guess (RFC 9110 §15.1), but 206. */
const guessable: ReadonlySet<number> = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501])

/** Where freshness comes from: the directives that rule, and the other headers unless a targeted field rules alone. */
export interface FreshnessSource {
  readonly ruling: Directives
  readonly isTargeted: boolean
  readonly heuristic: Heuristic | null
}

/**
 * How long a response is fresh from the moment it was made, in milliseconds: by s-maxage, then max-age, then Expires,
 * then a guess (RFC 9111 §4.2.1). 0 where there is nothing to go by.
 */
export function lifetimeMs(
  { status, headers }: ResponseFacts,
  { ruling, isTargeted, heuristic }: FreshnessSource,
  now: number,
): number {
  const seconds =
    (isTargeted ? undefined : deltaSeconds(ruling, 's-maxage')) ?? deltaSeconds(ruling, 'max-age')
  if (seconds !== undefined) return seconds * 1000
  if (isTargeted) return 0
  const date = httpDate(headers['date'] ?? '') ?? now
  const expires = headers['expires']
  if (expires !== undefined) return Math.max(0, (httpDate(expires) ?? date) - date)
  if (!heuristic || hasDirective(ruling, 'no-cache')) return 0
  if (!guessable.has(status) && !hasBareDirective(ruling, 'public')) return 0
  const modified = httpDate(headers['last-modified'] ?? '')
  if (modified === undefined || modified > date) return 0
  return Math.min(heuristic.capMs, (date - modified) * heuristic.fraction)
}

/**
 * How old a response was when it arrived (RFC 9111 §4.2.3), in milliseconds; undefined where its Age is no single whole
 * number, which may stand for any age. (§5.1 would have the first of several numbers used, and others ignored.)
 */
export function ageOnArrivalMs(headers: ResponseFacts['headers'], now: number): number | undefined {
  const age = headers['age']
  if (age !== undefined && !/^\d+$/.test(age)) return undefined
  const date = httpDate(headers['date'] ?? '')
  // A Date of this very second is rounded down by up to 999 ms: that is no age.
  const apparent = date === undefined ? 0 : now - date - 999
  return Math.max(Math.min(Number(age ?? 0), maxDeltaSeconds) * 1000, apparent, 0)
}
