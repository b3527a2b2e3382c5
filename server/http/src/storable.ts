import {
  type Directives,
  deltaSeconds,
  fieldsNamed,
  hasBareDirective,
  hasDirective,
  parseCacheControl,
  targetedCacheControl,
} from './cache-control.ts'
import { ageOnArrivalMs, type Heuristic, lifetimeMs } from './freshness-lifetime.ts'
import { isReasonPhrase } from './reason-phrase.ts'
import type { RequestFacts } from './request-facts.ts'
import type { ResponseFacts } from './response-facts.ts'
import { isErrorStatus, isUnderstood, mayBeStored } from './statuses.ts'
import { noNames, varyNames } from './vary.ts'

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

/** What a cache may store beyond what every application wants stored. */
export interface StoreRules {
  /** Null: freshness is never guessed. */
  readonly heuristic: Heuristic | null
  /** Errors other than 404 and 410, and statuses nobody knows, where they carry explicit freshness. */
  readonly storesErrors: boolean
  /** Responses that are only good for asking whether they still hold, where they carry a validator. */
  readonly storesForValidation: boolean
}

/** What a response allows a shared cache to do with it. */
export interface StoreTerms {
  /** 0 or less where each use takes a validation. */
  readonly freshMs: number
  /** How long past its freshness it may be served while a new one is fetched (RFC 5861 §3). */
  readonly staleMs: number
  /** How long past its freshness it may be served in place of an error (RFC 5861 §4). */
  readonly errorMs: number
  /** Nothing forbids to serve it stale where a client or circumstances ask for that (RFC 9111 §4.2.4). */
  readonly mayBeStale: boolean
  /** How old it already was when it arrived (RFC 9111 §4.2.3). */
  readonly ageMs: number
  /** It says `public`, or `s-maxage`, which is addressed to shared caches alone. */
  readonly isPublic: boolean
  /** Requests with cookies may store and reuse it: it says `public` or carries a targeted field. */
  readonly allowsCookies: boolean
  readonly vary: readonly string[]
}

export type Storability =
  | {
      readonly store: true
      readonly terms: StoreTerms
      /** Headers, in lower case, that must not be kept: named by `private="…"` or `no-cache="…"`. */
      readonly without: readonly string[]
    }
  | { readonly store: false; readonly reason: NotStored }

/** The circumstances of the decision. */
export interface StoreContext {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly rules: StoreRules
}

/** Where a nonce may stand: it must not be sent twice in either. */
const policies = ['content-security-policy', 'content-security-policy-report-only'] as const

/** Beyond every window of staleness: nobody can tell how old it is. */
const longAgoMs = 2 ** 31 * 1000

/**
 * Whether a shared cache stores this response, and on what terms (RFC 9111 §3 and §4.2.1, RFC 9213). Storing is
 * never required, so wherever the standard leaves a doubt about whose answer it is, the answer is no:
 *
 * - `private` in Cache-Control forbids storing even beside a targeted field that would allow it.
 * - Set-Cookie is never stored, though RFC 9111 §7.3 would leave that to the origin.
 * - For a request with Authorization, §3.5 also allows `must-revalidate`; here it takes `public` or `s-maxage`,
 *   since the former is sent by habit and the answer is somebody's.
 * - A policy with a nonce in it must not be sent twice (CSP 3 §7.1).
 */
export function storable(
  request: RequestFacts,
  response: ResponseFacts,
  { now, rules }: StoreContext,
): Storability {
  const { headers } = response
  const said = directivesOf(headers)
  const isRefusedError = isErrorStatus(response.status) && !rules.storesErrors
  const refusal = isRefusedError
    ? 'status'
    : (refusalOf(request, response, said) ?? permissionLacking(request, said))
  if (refusal) return { store: false, reason: refusal }
  const { ruling } = said
  const isStrict = needsValidation(ruling)
  const age = ageOnArrivalMs(headers, now)
  const lasts = isStrict ? 0 : lifetimeMs(response, { ...said, heuristic: rules.heuristic }, now)
  const mayBeStale = !isStrict && !forbidsStale(said)
  const windowMs = (name: string) => (mayBeStale ? (deltaSeconds(ruling, name) ?? 0) * 1000 : 0)
  const terms: StoreTerms = {
    freshMs: age === undefined ? -longAgoMs : lasts - age,
    staleMs: windowMs('stale-while-revalidate'),
    errorMs: windowMs('stale-if-error'),
    mayBeStale,
    ageMs: age ?? 0,
    isPublic: saysPublic(said),
    allowsCookies: allowsCookies(said),
    vary: withOrigin(varyNames(headers['vary']), headers),
  }
  const isOfUse = terms.freshMs + terms.staleMs > 0
  const hasValidator = headers['etag'] !== undefined || headers['last-modified'] !== undefined
  if (!isOfUse && !(rules.storesForValidation && hasValidator)) {
    return { store: false, reason: isStrict ? 'no-cache' : 'no-freshness' }
  }
  return { store: true, terms, without: unkeptFields(said) }
}

/** What a response says of caching. */
interface Said {
  readonly own: Directives
  /** The targeted field where there is one, else the same as `own`. */
  readonly ruling: Directives
  readonly isTargeted: boolean
}

function directivesOf(headers: ResponseFacts['headers']): Said {
  const own = parseCacheControl(headers['cache-control'])
  const targeted = targetedCacheControl(headers)
  return { own, ruling: targeted ?? own, isTargeted: targeted !== undefined }
}

function refusalOf(request: RequestFacts, response: ResponseFacts, said: Said): NotStored | undefined {
  const { status, statusMessage, headers } = response
  const { own, ruling } = said
  if (request.method !== 'GET') return 'method'
  if (request.noStore) return 'request-no-store'
  if (!mayBeStored(status)) return 'status'
  // A stored answer must never throw when it is written.
  if (!isReasonPhrase(statusMessage)) return 'status'
  if (headers['set-cookie'] !== undefined) return 'set-cookie'
  if (own.malformed) return 'malformed'
  if (isWhole(own, 'private') || isWhole(ruling, 'private')) return 'private'
  const mustUnderstand = hasDirective(ruling, 'must-understand')
  if (mustUnderstand && !isUnderstood(status)) return 'status'
  // Whoever understands both directives is to leave no-store aside (RFC 9111 §5.2.2.3).
  if (hasDirective(ruling, 'no-store') && !mustUnderstand) return 'no-store'
  if (varyNames(headers['vary']) === '*') return 'vary'
  if (headers['trailer'] !== undefined) return 'trailer'
  if (policies.some((name) => headers[name]?.includes("'nonce-"))) return 'nonce'
  return undefined
}

function permissionLacking(request: RequestFacts, said: Said): NotStored | undefined {
  if (request.hasAuthorization && !saysPublic(said)) return 'authorization'
  if (request.hasCookie && !allowsCookies(said)) return 'cookie'
  return undefined
}

function saysPublic({ ruling, isTargeted }: Said): boolean {
  return hasBareDirective(ruling, 'public') || (!isTargeted && hasDirective(ruling, 's-maxage'))
}

function allowsCookies({ ruling, isTargeted }: Said): boolean {
  return isTargeted || hasBareDirective(ruling, 'public')
}

/** Whether a directive is there and about the whole response, not about fields that it names. */
function isWhole(directives: Directives, name: string): boolean {
  return hasDirective(directives, name) && fieldsNamed(directives, name) === undefined
}

const needsValidation = (ruling: Directives) => isWhole(ruling, 'no-cache')

/** s-maxage means proxy-revalidate (RFC 9111 §5.2.2.10): with either, or must-revalidate, nothing stale is served. */
function forbidsStale({ ruling, isTargeted }: Said): boolean {
  const isShared = !isTargeted && hasDirective(ruling, 's-maxage')
  return isShared || hasDirective(ruling, 'must-revalidate') || hasDirective(ruling, 'proxy-revalidate')
}

/** Without these, a response may be kept and used as if they had not been sent (RFC 9111 §5.2.2.4, §5.2.2.7). */
function unkeptFields({ own, ruling }: Said): readonly string[] {
  const [some, others] = [fieldsNamed(own, 'private'), fieldsNamed(ruling, 'no-cache')]
  return some && others ? [...some, ...others] : (some ?? others ?? noNames)
}

/** An answer that names one origin for CORS is meant for that one, said in Vary or not. */
function withOrigin(names: readonly string[] | '*', headers: ResponseFacts['headers']): readonly string[] {
  const vary = names === '*' ? noNames : names
  const allowed = headers['access-control-allow-origin']
  if (allowed === undefined || allowed === '*' || vary.includes('origin')) return vary
  return [...vary, 'origin'].sort()
}
