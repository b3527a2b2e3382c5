import { hitStatus } from './cache-status.ts'
import type { Part } from './chunk.ts'
import { httpDate, type Validators } from './conditional.ts'
import { type CodedForms, noForms } from './compress/coded-forms.ts'
import { type HeaderLines, withVary } from './compress/coded-head.ts'
import { isCompressible, leastBytes } from './compress/compressible.ts'
import type { Bound } from './fences.ts'
import { headersOf, type Representation, representation, sizeOf } from './representation.ts'
import type { Credentials } from './request-facts.ts'
import type { WrittenFacts } from './response-facts.ts'
import type { ReuseTerms } from './reusable.ts'
import type { StoreTerms } from './storable.ts'

/** The head of a response as it is kept: without what belongs to one connection or one moment. */
export interface ResponseHead {
  readonly status: number
  /** Empty where it is the usual one. */
  readonly statusMessage: string
  /** Names as the handler wrote them, one pair per line. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly validators: Validators
  /** The entity tag is not the handler's, but ours: computed from the body. */
  readonly hasOwnTag: boolean
  /** When the origin says it was made (Date); undefined where it leaves that to Node. */
  readonly date: string | undefined
  /** The length the handler announced; undefined when it did not. */
  readonly contentLength: number | undefined
}

/** A response in the cache. */
export interface StoredResponse extends ReuseTerms, Bound {
  readonly status: number
  readonly statusMessage: string
  /** Null until they are asked for, by `validatorsOf`, where the entity tag is ours and stands in the head alone. */
  validators: Validators | null
  /** Those that the handler made itself, and may recognise. */
  readonly originValidators: Validators
  /** As the handler made it. */
  readonly identity: Representation
  /** Its coded forms, made as they are asked for; null where it is only sent as the handler made it. */
  forms: CodedForms | null
  /** How old it was when it arrived, in milliseconds. */
  readonly ageMs: number
  /** Of its record in Redis, once it is known to lie there; '' where none is. */
  id: string
  /** The declared pattern of its route, or `other`. */
  readonly route: string
  /** It was made for a request that carried these. */
  readonly madeWith: Credentials
  /** Stored before it under the same primary key, for requests that Vary tells apart; null for the last. */
  older: StoredResponse | null
  /** What it takes of the byte bound. */
  size: number
  /** No refresh is tried before, after one failed. Milliseconds since 1970. */
  refreshAfter: number
  /** Until then the handler is not asked in vain again, if this may stand in for its error. Milliseconds since 1970. */
  failedUntil: number
}

/** What makes a stored response. */
export interface Ingredients {
  readonly head: ResponseHead
  readonly body: Part
  readonly terms: StoreTerms
  /** When the head was written, in milliseconds since 1970. */
  readonly at: number
  /** The route was declared for everybody. */
  readonly isDeclaredPublic: boolean
  readonly bound: Bound
  readonly varyValues: readonly (string | null)[]
  readonly route: string
  readonly madeWith: Credentials
}

/** Hop-by-hop fields are another connection's (RFC 9111 §3.1); the others are written anew with each answer. */
const notKept: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authentication-info',
  'te',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'age',
  'cache-status',
  'date',
])

export interface StoreOptions {
  /** Coded forms may be made of it. */
  readonly compresses: boolean
}

/** Bytes of an entry beyond its body and head: objects, keys and marks, roughly. */
const overheadBytes = 900

/** What there is to know of a head beside itself. */
export interface HeadReading {
  /**
   * Headers set before the handler began, by whatever stands in front of the cache: it will set its own on each hit.
   */
  readonly outer: Readonly<Record<string, unknown>>
  /** Names of others that are not kept. */
  readonly without: readonly string[]
  /** Of the body, to be added; undefined where the head has one, or is to have none. */
  readonly ownTag: string | undefined
  /** A tag of ours stands in the head. */
  readonly hasOwnTag: boolean
}

/** What is kept of the head of a response. */
export function readHead(facts: WrittenFacts, given: HeadReading): ResponseHead {
  const { headers: read, written, status, statusMessage } = facts
  const { outer, without, ownTag } = given
  const { keys, rows } = written
  const dropped = droppedFields(read['connection'], without)
  const headers: (readonly [string, string])[] = []
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index]!
    const row = rows[index]!
    const [name, value] = row
    if (value === undefined || notKept.has(key) || dropped?.has(key) || outer[key] === value) continue
    if (typeof value === 'string') headers.push(row as readonly [string, string])
    else if (Array.isArray(value)) for (const line of value) headers.push([name, line])
    else headers.push([name, String(value)])
  }
  if (ownTag !== undefined) headers.push(['ETag', ownTag])
  const length = Number(read['content-length'] ?? NaN)
  return {
    status,
    statusMessage,
    headers,
    validators: { etag: ownTag ?? read['etag'], lastModified: read['last-modified'] },
    hasOwnTag: ownTag !== undefined || given.hasOwnTag,
    date: dateOf(read['date']),
    contentLength: Number.isNaN(length) ? undefined : length,
  }
}

/** `without`, and what Connection names (RFC 9110 §7.6.1), in lower case; null for nothing. */
function droppedFields(
  connection: string | undefined,
  without: readonly string[],
): ReadonlySet<string> | null {
  if (connection === undefined && without.length === 0) return null
  const named = (connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  return new Set([...without, ...named])
}

const dateOf = (date: string | undefined) =>
  date !== undefined && httpDate(date) !== undefined ? date : undefined

/** Makes the entry of a response, with its heads ready for writing. */
export function storeResponse(ingredients: Ingredients, { compresses }: StoreOptions): StoredResponse {
  const { head, body, terms, at, bound } = ingredients
  // Dates count in whole seconds.
  const date = head.date ?? dateText(at - (at % 1000))
  const headers = [...head.headers, ['Date', date] as const]
  const hasForms = compresses && body.length >= leastBytes && isCompressible(head.status, valueIn(headers))
  const identity = representation(hasForms ? withVary(headers) : headers, body, head.status === 204)
  return {
    // What every hit looks at comes first, so that it lies together.
    isPublic: terms.isPublic || ingredients.isDeclaredPublic,
    allowsCookies: terms.allowsCookies,
    vary: terms.vary,
    older: null,
    fence: bound.fence,
    urlPlace: bound.urlPlace,
    urlsAsOf: bound.urlsAsOf,
    freshUntil: at + terms.freshMs,
    bornAt: at - terms.ageMs,
    status: head.status,
    statusMessage: head.statusMessage,
    forms: hasForms ? noForms() : null,
    identity,
    route: ingredients.route,
    validators: head.hasOwnTag ? null : head.validators,
    originValidators: head.hasOwnTag ? withoutTag(head.validators) : head.validators,
    key: bound.key,
    target: bound.target,
    url: bound.url,
    tags: bound.tags,
    ageMs: terms.ageMs,
    id: '',
    madeWith: ingredients.madeWith,
    size: sizeOf(identity) + 2 * bound.key.length + overheadBytes,
    staleMs: terms.staleMs,
    errorMs: terms.errorMs,
    mayBeStale: terms.mayBeStale,
    varyValues: ingredients.varyValues,
    refreshAfter: 0,
    failedUntil: 0,
  }
}

const noValidators: Validators = { etag: undefined, lastModified: undefined }

const withoutTag = ({ lastModified }: Validators): Validators =>
  lastModified === undefined ? noValidators : { etag: undefined, lastModified }

/** What a client may name a stored response by. */
export function validatorsOf(stored: StoredResponse): Validators {
  if (stored.validators === null) {
    const [, etag] = headersOf(stored.identity).findLast(([name]) => name.toLowerCase() === 'etag') ?? []
    stored.validators = { ...stored.originValidators, etag }
  }
  return stored.validators
}

let lastDated = 0
let lastDate = new Date(lastDated).toUTCString()

/** Most responses are made in the same second as the one before. */
function dateText(second: number): string {
  if (second !== lastDated) {
    lastDated = second
    lastDate = new Date(second).toUTCString()
  }
  return lastDate
}

function valueIn(headers: HeaderLines): (name: string) => string | undefined {
  return (wanted) => {
    let found: string | undefined
    for (const [name, value] of headers) {
      if (name.length !== wanted.length || name.toLowerCase() !== wanted) continue
      found = found === undefined ? value : `${found}, ${value}`
    }
    return found
  }
}

/** The lines of an answer's head at `now`, for writeHead; `cacheStatus` in place of a hit's own. The next call writes over them. */
export function headAt(stored: StoredResponse, lines: string[], { now, cacheStatus }: HeadMoment): string[] {
  lines[lines.length - 3] = String(ageSeconds(stored, now))
  lines[lines.length - 1] = cacheStatus ?? hitStatus(ttlSeconds(stored, now))
  return lines
}

/** What the head of an answer is written for. */
export interface HeadMoment {
  /** Milliseconds since 1970. */
  readonly now: number
  /** What to say in Cache-Status instead of a hit. */
  readonly cacheStatus?: string | undefined
}

/** Ends a response's freshness at `at`; its stale windows begin then. Never prolongs. */
export function soften(stored: StoredResponse, at: number): void {
  if (at < stored.freshUntil) stored.freshUntil = at
}

/** When the head of a response was written, in milliseconds since 1970. */
export const madeAt = ({ bornAt, ageMs }: StoredResponse): number => bornAt + ageMs

/** The whole second that its Date says, in milliseconds since 1970. */
export function datedAt(stored: StoredResponse): number {
  const [, date = ''] = headersOf(stored.identity).find(([name]) => name === 'Date') ?? []
  return httpDate(date) ?? madeAt(stored)
}

/** The age of a stored response (RFC 9111 §4.2.3), in whole seconds; the clock may have been set back. */
export function ageSeconds(stored: StoredResponse, now: number): number {
  return Math.max(0, Math.floor((now - stored.bornAt) / 1000))
}

/** The whole seconds that a stored response stays fresh; negative where it is stale. */
export function ttlSeconds({ freshUntil }: StoredResponse, now: number): number {
  return Math.floor((freshUntil - now) / 1000)
}
