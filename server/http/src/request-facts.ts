import type { IncomingHttpHeaders } from 'node:http'
import { type Directives, deltaSeconds, hasDirective, parseCacheControl } from './cache-control.ts'

/** What of a request decides whether a stored response may answer it, and whether its response may be stored. */
export interface RequestFacts {
  readonly method: 'GET' | 'HEAD'
  readonly headers: IncomingHttpHeaders
  readonly hasAuthorization: boolean
  readonly hasCookie: boolean
  /** The client asks for nothing of this exchange to be kept (RFC 9111 §5.2.1.5). */
  readonly noStore: boolean
  /** The client would rather have an error than wait for the origin (RFC 9111 §5.2.1.7). */
  readonly onlyIfCached: boolean
  /** How fresh the client wants its answer; null when it says nothing. */
  readonly wishes: FreshnessWishes | null
}

/** What a client says of freshness (RFC 9111 §5.2.1, RFC 5861 §4), in milliseconds. */
export interface FreshnessWishes {
  /** The oldest answer it wants; -1 for one made now, Infinity where it does not mind. */
  readonly maxAgeMs: number
  /** How long the answer is to be fresh still; 0 where it does not mind. */
  readonly minFreshMs: number
  /** How stale the answer may be; 0 where it says nothing. */
  readonly maxStaleMs: number
  /** How stale an answer may be that stands in for an error; 0 where it says nothing. */
  readonly staleIfErrorMs: number
}

const onlyNew: FreshnessWishes = { maxAgeMs: -1, minFreshMs: 0, maxStaleMs: 0, staleIfErrorMs: 0 }

/** Reads the facts of a GET or HEAD request. */
export function requestFacts(method: 'GET' | 'HEAD', headers: IncomingHttpHeaders): RequestFacts {
  const field = headers['cache-control']
  const directives = field === undefined ? null : parseCacheControl(field)
  return {
    method,
    headers,
    hasAuthorization: headers.authorization !== undefined,
    hasCookie: headers.cookie !== undefined,
    noStore: directives !== null && hasDirective(directives, 'no-store'),
    onlyIfCached: directives !== null && hasDirective(directives, 'only-if-cached'),
    wishes: directives === null ? wishesOfPragma(headers.pragma) : wishesOf(directives),
  }
}

/** Pragma counts only where there is no Cache-Control (RFC 9111 §5.4). */
function wishesOfPragma(pragma: string | undefined): FreshnessWishes | null {
  return pragma?.toLowerCase().includes('no-cache') ? onlyNew : null
}

function wishesOf(directives: Directives): FreshnessWishes {
  const ms = (name: string) => (deltaSeconds(directives, name) ?? 0) * 1000
  // Without a value, any age will do (§5.2.1.2).
  const takesAny = directives.values.get('max-stale')?.every((value) => value === null) ?? false
  return {
    maxAgeMs: wantedAgeMs(directives),
    minFreshMs: ms('min-fresh'),
    maxStaleMs: takesAny ? Infinity : ms('max-stale'),
    staleIfErrorMs: ms('stale-if-error'),
  }
}

function wantedAgeMs(directives: Directives): number {
  if (hasDirective(directives, 'no-cache')) return -1
  const seconds = deltaSeconds(directives, 'max-age')
  return seconds === undefined ? Infinity : seconds === 0 ? -1 : seconds * 1000
}

/** Which credentials a request carried. */
export interface Credentials {
  readonly authorization: boolean
  readonly cookie: boolean
}

/** One object for each kind of request: every stored response points to one. */
const kinds: readonly Credentials[] = [0, 1, 2, 3].map((kind) => ({
  authorization: (kind & 1) > 0,
  cookie: (kind & 2) > 0,
}))

/** The credentials that a request carries. */
export function credentialsOf({ hasAuthorization, hasCookie }: RequestFacts): Credentials {
  return kinds[(hasAuthorization ? 1 : 0) + (hasCookie ? 2 : 0)]!
}
