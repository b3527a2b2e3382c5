import type { IncomingMessage } from 'node:http'
import { replaceHeader } from './compress/incoming.ts'
import { httpDate, opaqueTag } from './conditional.ts'
import type { RequestFacts } from './request-facts.ts'
import type { ResponseFacts } from './response-facts.ts'
import { mayAnswer, mayBeSeen } from './reusable.ts'
import type { StoredResponse } from './stored-response.ts'

/** Entity tags named in one request: more would make it long for a guess. */
const mostTags = 8

/** One that can stand in a list (RFC 9110 §8.8.3). */
const wellFormed = /^(?:W\/)?"[^"\s]*"$/

/**
 * The stored responses that a handler may confirm by 304 (RFC 9111 §4.3.1): the one that the request chooses; where Vary
 * lets it choose none, those made for others, of which it may turn out to be one. Only what the handler said of them
 * itself is of use to it, not the tag that we compute from a body.
 */
export function confirmable(
  variants: readonly StoredResponse[],
  facts: RequestFacts,
): readonly StoredResponse[] {
  if (variants.length === 0) return variants
  const chosen = variants.find((variant) => mayAnswer(facts, variant))
  if (chosen) {
    const { etag, lastModified } = chosen.originValidators
    return etag === undefined && lastModified === undefined ? [] : [chosen]
  }
  const others = variants.filter((variant) => mayBeSeen(facts, variant))
  return others.filter(({ originValidators: { etag } }) => wellFormed.test(etag ?? '')).slice(0, mostTags)
}

/** Makes a request ask whether one of these still holds, in place of the client's own conditions. */
export function askToConfirm(request: IncomingMessage, candidates: readonly StoredResponse[]): void {
  const tags = candidates.flatMap(({ originValidators: { etag } }) => etag ?? [])
  if (tags.length > 0) replaceHeader(request, 'if-none-match', tags.join(', '))
  const [only, ...others] = candidates
  const lastModified = only!.originValidators.lastModified
  if (others.length === 0 && lastModified !== undefined)
    replaceHeader(request, 'if-modified-since', lastModified)
}

/**
 * Which of them a 304 confirms (RFC 9111 §4.3.4); undefined where it speaks of none. Where one alone was asked about, it
 * can only be that one, unless its own date says that it is of an earlier state.
 */
export function confirmedBy(
  { headers }: ResponseFacts,
  candidates: readonly StoredResponse[],
): StoredResponse | undefined {
  if (candidates.length === 1) return isEarlier(headers, candidates[0]!) ? undefined : candidates[0]
  const etag = headers['etag']
  if (etag === undefined) return undefined
  return candidates.find(({ originValidators }) => opaqueTag(originValidators.etag!) === opaqueTag(etag))
}

function isEarlier(headers: ResponseFacts['headers'], { originValidators }: StoredResponse): boolean {
  const theirs = httpDate(headers['last-modified'] ?? '')
  const ours = httpDate(originValidators.lastModified ?? '')
  return theirs !== undefined && ours !== undefined && theirs < ours
}
