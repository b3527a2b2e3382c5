import {
  type Directives,
  deltaSeconds,
  hasBareDirective,
  hasDirective,
  parseCacheControl,
  parseTargetedCacheControl,
} from './cache-control.ts'
import { httpDate } from './conditional.ts'
import type { RequestFacts } from './request-facts.ts'
import { varyNames } from './vary.ts'

/** The head of a response. Header names are lower case; several lines of one header are joined by commas. */
export interface ResponseFacts {
  readonly status: number
  /** Empty where it is the usual one. */
  readonly statusMessage: string
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** Why a response was not stored, as it is told in Cache-Status. */
export type NotStored =
  | 'authorization'
  | 'cookie'
  | 'fenced'
  | 'malformed'
  | 'method'
  | 'no-cache'
  | 'no-freshness'
  | 'no-store'
  | 'nonce'
  | 'private'
  | 'request-no-store'
  | 'set-cookie'
  | 'status'
  | 'tags'
  | 'too-large'
  | 'trailer'
  | 'vary'

/** What a response allows a shared cache to do with it. */
export interface StoreTerms {
  readonly freshMs: number
  /** How long past `freshMs` it may be served while a new one is fetched (RFC 5861 §3). */
  readonly staleMs: number
  /** How old it already was when it arrived (RFC 9111 §4.2.3). */
  readonly ageMs: number
  /** It says `public`, or `s-maxage`, which is addressed to shared caches alone. */
  readonly isPublic: boolean
  /** Requests with cookies may store and reuse it: it says `public` or carries CDN-Cache-Control. */
  readonly allowsCookies: boolean
  readonly vary: readonly string[]
}

export type Storability =
  | { readonly store: true; readonly terms: StoreTerms }
  | { readonly store: false; readonly reason: NotStored }

const storableStatuses: ReadonlySet<number> = new Set([200, 203, 204, 301, 404, 410])

/** What Node agrees to write as one (RFC 9112 §4): a stored answer must never throw when it is written. */
const reasonPhrase = /^[\t -~\u0080-\u00ff]*$/

/**
 * Whether a shared cache stores this response, and on what terms (RFC 9111 §3 and §4.2.1, RFC 9213). Storing is
 * never required, so wherever the standard leaves a doubt the answer is no:
 *
 * - Freshness must be explicit; nothing is guessed from Last-Modified, and 5xx is never stored.
 * - `private` and `no-store` in Cache-Control forbid storing even beside a CDN-Cache-Control that would allow it.
 * - For a request with Authorization, §3.5 also allows `must-revalidate`; here it takes `public` or `s-maxage`,
 *   since the former is sent by habit and the answer is somebody's.
 * - `no-cache` would need a validation at each use, which an in-process origin does not make cheaper.
 * - A policy with a nonce in it must not be sent twice (CSP 3 §7.1).
 */
export function storable(request: RequestFacts, response: ResponseFacts, now: number): Storability {
  const { status, statusMessage, headers } = response
  const own = parseCacheControl(headers['cache-control'])
  const targeted = parseTargetedCacheControl(headers['cdn-cache-control'])
  const ruling = targeted ?? own
  const vary = varyNames(headers['vary'])
  const isPublic = hasBareDirective(ruling, 'public') || (!targeted && hasDirective(ruling, 's-maxage'))
  const allowsCookies = hasBareDirective(ruling, 'public') || targeted !== undefined

  const refuse = (reason: NotStored): Storability => ({ store: false, reason })
  if (request.method !== 'GET') return refuse('method')
  if (request.noStore) return refuse('request-no-store')
  if (!storableStatuses.has(status) || headers['content-range'] !== undefined) return refuse('status')
  if (!reasonPhrase.test(statusMessage)) return refuse('status')
  if (headers['set-cookie'] !== undefined) return refuse('set-cookie')
  if (own.malformed || targeted?.malformed) return refuse('malformed')
  for (const said of [own, ruling]) {
    if (hasDirective(said, 'private')) return refuse('private')
    if (hasDirective(said, 'no-store')) return refuse('no-store')
  }
  if (hasDirective(ruling, 'no-cache')) return refuse('no-cache')
  if (vary === '*') return refuse('vary')
  if (headers['trailer'] !== undefined) return refuse('trailer')
  if (headers['content-security-policy']?.includes("'nonce-")) return refuse('nonce')
  if (request.hasAuthorization && !isPublic) return refuse('authorization')
  if (request.hasCookie && !allowsCookies) return refuse('cookie')

  const ageMs = ageOf(headers, now)
  const freshMs = lifetimeMs(ruling, targeted ? undefined : headers, now) - ageMs
  const staleMs = staleMsOf(ruling)
  if (freshMs + staleMs <= 0) return refuse('no-freshness')
  return {
    store: true,
    terms: { freshMs, staleMs, ageMs, isPublic, allowsCookies, vary: withOrigin(vary, headers) },
  }
}

/** s-maxage, then max-age, then Expires (RFC 9111 §4.2.1). */
function lifetimeMs(ruling: Directives, headers: ResponseFacts['headers'] | undefined, now: number): number {
  const seconds = (headers && deltaSeconds(ruling, 's-maxage')) ?? deltaSeconds(ruling, 'max-age')
  if (seconds !== undefined) return seconds * 1000
  const expires = headers?.['expires']
  if (expires === undefined) return 0
  const until = httpDate(expires)
  const date = httpDate(headers?.['date'] ?? '') ?? now
  return until === undefined ? 0 : Math.max(0, until - date)
}

/** s-maxage means proxy-revalidate (RFC 9111 §5.2.2.10): with either, or must-revalidate, nothing stale is served. */
function staleMsOf(ruling: Directives): number {
  for (const forbids of ['s-maxage', 'must-revalidate', 'proxy-revalidate']) {
    if (hasDirective(ruling, forbids)) return 0
  }
  return (deltaSeconds(ruling, 'stale-while-revalidate') ?? 0) * 1000
}

function ageOf(headers: ResponseFacts['headers'], now: number): number {
  const said = /^\d+$/.test(headers['age'] ?? '') ? Number(headers['age']) * 1000 : 0
  const date = httpDate(headers['date'] ?? '')
  // A Date of this very second is rounded down by up to 999 ms: that is no age.
  const apparent = date === undefined ? 0 : now - date - 999
  return Math.max(said, apparent, 0)
}

/** An answer that names one origin for CORS is meant for that one, said in Vary or not. */
function withOrigin(vary: readonly string[], headers: ResponseFacts['headers']): readonly string[] {
  const allowed = headers['access-control-allow-origin']
  if (allowed === undefined || allowed === '*' || vary.includes('origin')) return vary
  return [...vary, 'origin'].sort()
}
