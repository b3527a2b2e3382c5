import { hash } from 'node:crypto'
import type { Clock } from '@hotpath/core'
import { formatCacheGroups, parseCacheGroups } from './cache-groups.ts'
import type { Accepted, Capture } from './capture.ts'
import { contentOf, type Part } from './chunk.ts'
import type { Compression } from './compress/compression.ts'
import { dependenciesOf } from './dependencies.ts'
import type { Exchange } from './exchange.ts'
import type { Fences } from './fences.ts'
import { type ResponseFacts, responseFacts, type WrittenFacts } from './response-facts.ts'
import { type NotStored, type StoreRules, type StoreTerms, storable } from './storable.ts'
import { readHead, validatorsOf } from './stored-response.ts'
import { withoutCoding } from './vary.ts'
import { setMadeHeader } from './written-headers.ts'

export interface AcceptanceParts {
  readonly fences: Fences
  readonly clock: Clock
  readonly rules: StoreRules
  /** Null where no coded forms are made. */
  readonly compression: Compression | null
  /** Whether a body of this length may be collected. */
  readonly fits: (length: number) => boolean
}

/** Why a response that was being collected came to nothing. */
export type Refusal = NotStored | 'truncated' | 'aborted'

/**
 * Reads the head that is about to go out, and notes on the capture what is to be stored of it; else why nothing is. A
 * whole body without an entity tag gets one.
 */
export type Accept = (exchange: Exchange, capture: Capture, wholeBody: Part | null) => Refusal | undefined

/** In characters: what is kept of a head is kept several times over. */
const maxHeadLength = 16 * 1024

/** Makes the judge of one cache over what its handlers answer. */
export function createAcceptance({ fences, clock, rules, compression, fits }: AcceptanceParts): Accept {
  return (exchange, capture, wholeBody) => {
    const { response, facts } = exchange
    if (response.destroyed && !wholeBody) return 'aborted' // Its stream will never end.
    const at = clock()
    const head = responseFacts(response)
    const decision = storable(facts!, head, { now: at, rules })
    if (!decision.store) return decision.reason
    const tags = tagsOf(exchange.tags, head.headers['cache-groups'])
    if (!tags) return 'tags'
    const length = wholeBody?.length ?? Number(head.headers['content-length'] ?? 0)
    if (!fits(length) || headLength(head) > maxHeadLength) return 'too-large'
    const bound = fences.bind(dependenciesOf(exchange, tags), capture.stamp)
    if (fences.overtaken(bound, capture.stamp)) return 'fenced'
    const { without } = decision
    const terms = compression ? withCodings(decision.terms, head) : decision.terms
    const lacksTag = wholeBody !== null && head.status === 200 && head.headers['etag'] === undefined
    const ownTag = lacksTag ? entityTag(wholeBody) : undefined
    const reading = { outer: capture.outerHeaders, without, ownTag, hasOwnTag: hasTagOfOurs(capture) }
    capture.accepted = { head: readHead(head, reading), terms, bound, at }
    if (ownTag !== undefined) setMadeHeader(response, 'ETag', ownTag)
    return undefined
  }
}

/** The terms of what is kept in all codings. */
function withCodings(terms: StoreTerms, { headers }: ResponseFacts): StoreTerms {
  const vary = withoutCoding(terms.vary, headers['content-encoding'])
  return vary === terms.vary ? terms : { ...terms, vary }
}

/** Those of the route, and those that the handler named; undefined where either cannot be read. */
function tagsOf(
  declared: readonly string[] | null,
  field: string | undefined,
): readonly string[] | undefined {
  if (declared === null || field === undefined || field === formatCacheGroups(declared))
    return declared ?? undefined
  const groups = parseCacheGroups(field)
  return groups && [...new Set([...declared, ...groups])]
}

function headLength({ written, headers }: WrittenFacts): number {
  let length = 0
  for (const key of written.keys) length += key.length + headers[key]!.length
  return length
}

/** Whether the tag of a confirmed response was computed here. */
const hasTagOfOurs = ({ confirmed }: Capture) =>
  confirmed !== null && confirmed.originValidators.etag !== validatorsOf(confirmed).etag

function entityTag(body: Part): string {
  return `"${hash('sha1', contentOf(body), 'base64url')}"`
}

/** A streamed body gets its tag when it is whole. */
export function withEntityTag(head: Accepted['head'], body: Part): Accepted['head'] {
  if (head.validators.etag !== undefined || head.status !== 200) return head
  const etag = entityTag(body)
  const validators = { ...head.validators, etag }
  return { ...head, headers: [...head.headers, ['ETag', etag]], validators, hasOwnTag: true }
}
