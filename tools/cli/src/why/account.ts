import { formatDuration } from '@hotpath/core'
import type { HttpExplanation, StoredAccount } from '@hotpath/http'
import type { CacheStatus } from './cache-status.ts'
import { forwards, reasonOf } from './reasons.ts'

/** One answer as it came. */
export interface Asked {
  readonly status: number
  readonly cacheStatus: CacheStatus | undefined
  /** The headers that decide about caching, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>
}

/** What two answers to the same request, and what the cache itself knows, amount to. */
export interface Verdict {
  /** `hit`: the second was answered from the store. */
  readonly verdict: 'hit' | 'stored' | 'not stored' | 'no cache'
  readonly sentences: readonly string[]
  /** What would make it cacheable; empty where nothing has to. */
  readonly remedies: readonly string[]
  /** Who says how long it is fresh. */
  readonly policy: string
}

/** Says why an answer was or was not served from the store. */
export function accountFor(answers: readonly [Asked, Asked], known: HttpExplanation | null): Verdict {
  const [first, second] = answers
  const policy = policySource(second, known)
  if (!second.cacheStatus) {
    const sentence =
      'The answer carries no Cache-Status of Hotpath: the layer is off (HOTPATH=off), or not in front of this URL.'
    return { verdict: 'no cache', sentences: [sentence], remedies: [], policy }
  }
  const sentences = [
    `First:  ${sentenceOf(first)}`,
    `Again:  ${sentenceOf(second)}`,
    ...(known ? known.stored.map((stored) => `Stored: ${describe(stored)}`) : []),
  ]
  return { verdict: verdictOf(second.cacheStatus), sentences, remedies: remediesOf(second), policy }
}

function verdictOf({ hit, collapsed, stored }: CacheStatus): Verdict['verdict'] {
  if (hit || collapsed) return 'hit'
  return stored ? 'stored' : 'not stored'
}

function sentenceOf({ status, cacheStatus }: Asked): string {
  if (!cacheStatus) return `${status} without a word of the cache.`
  const { hit, ttl, fwd, stored, collapsed, detail } = cacheStatus
  if (hit) {
    const left =
      ttl === null ? '' : ttl < 0 ? `, stale for ${seconds(-ttl)}` : `, fresh for another ${seconds(ttl)}`
    return `${status} from the store${left}${detail === null ? '' : ` (${explained(detail)})`}.`
  }
  const why = fwd === null ? '' : ` because ${forwards[fwd] ?? fwd}`
  const then = stored
    ? '; the answer was stored'
    : detail === null
      ? ''
      : `; it was not stored: ${explained(detail)}`
  if (collapsed) return `${status} from the answer that another request was waiting for.`
  return `${status} from the application,${why}${then}.`
}

const explained = (detail: string) => reasonOf(detail)?.because ?? detail
const seconds = (value: number) => formatDuration(value * 1000)

function remediesOf({ status, cacheStatus, headers }: Asked): string[] {
  const remedies: string[] = []
  if (!cacheStatus || cacheStatus.hit || cacheStatus.stored) return remedies
  if (status >= 500) return [`The answer is an error (${status}): what causes that comes first.`]
  const remedy = cacheStatus.detail === null ? null : reasonOf(cacheStatus.detail)?.remedy
  if (remedy) remedies.push(remedy)
  else if (cacheStatus.fwd === 'miss' && cacheStatus.detail === null) {
    remedies.push('It may have been stored as it ended: ask once more.')
  }
  if (headers.vary?.toLowerCase().includes('cookie')) {
    remedies.push('Vary: Cookie keeps one answer for each visitor: vary on less.')
  }
  return remedies
}

function policySource({ headers, cacheStatus }: Asked, known: HttpExplanation | null): string {
  const route = known && known.route !== 'other' ? known.route : null
  if (cacheStatus?.detail === 'off') return `none for now: the cache of ${route ?? 'its route'} is turned off`
  for (const name of ['hotpath-cache-control', 'cdn-cache-control', 'cache-control', 'expires']) {
    const value = headers[name]
    if (value === undefined) continue
    const bySelf = known?.headers[name] === value
    return `${name}: ${value} (${bySelf ? `from the options of ${route}` : 'sent by the application'})`
  }
  if (cacheStatus?.hit && headers['last-modified'] !== undefined) {
    return 'guessed from Last-Modified (RFC 9111 §4.2.2), since the answer says nothing itself'
  }
  return route === null
    ? 'none: no route declares it and the answer says nothing'
    : `none, though ${route} is declared`
}

function describe({ status, ageMs, freshForMs, bytes, chosenBy, tags, mayAnswer }: StoredAccount): string {
  const age = `${status}, ${bytes} bytes, ${formatDuration(Math.max(0, ageMs))} old`
  const left =
    freshForMs > 0 ? `fresh for ${formatDuration(freshForMs)}` : `stale for ${formatDuration(-freshForMs)}`
  const choice = Object.entries(chosenBy).map(([name, value]) => `${name}: ${value ?? '(none)'}`)
  const parts = [age, left]
  if (choice.length > 0) parts.push(`for requests with ${choice.join(', ')}`)
  if (tags.length > 0) parts.push(`tags ${tags.join(', ')}`)
  if (!mayAnswer.cookie) parts.push('not for requests with cookies')
  return `${parts.join('; ')}.`
}
