import type { IncomingHttpHeaders } from 'node:http'
import {
  type Directives,
  deltaSeconds,
  hasDirective,
  noDirectives,
  parseCacheControl,
} from './cache-control.ts'

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
  /** The oldest answer the client says it wants, in milliseconds; Infinity when it says nothing. */
  readonly maxAgeMs: number
}

/** Reads the facts of a GET or HEAD request. */
export function requestFacts(method: 'GET' | 'HEAD', headers: IncomingHttpHeaders): RequestFacts {
  const field = headers['cache-control']
  const directives = field === undefined ? noDirectives : parseCacheControl(field)
  return {
    method,
    headers,
    hasAuthorization: headers.authorization !== undefined,
    hasCookie: headers.cookie !== undefined,
    noStore: hasDirective(directives, 'no-store'),
    onlyIfCached: hasDirective(directives, 'only-if-cached'),
    maxAgeMs: wantedAge(directives, headers.pragma),
  }
}

function wantedAge(directives: Directives, pragma: string | undefined): number {
  if (hasDirective(directives, 'no-cache')) return -1
  // Pragma counts only where there is no Cache-Control (RFC 9111 §5.4).
  if (directives === noDirectives) return pragma?.toLowerCase().includes('no-cache') ? -1 : Infinity
  const seconds = deltaSeconds(directives, 'max-age')
  return seconds === undefined ? Infinity : seconds === 0 ? -1 : seconds * 1000
}
