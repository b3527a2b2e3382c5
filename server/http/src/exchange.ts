import type { Buffer } from 'node:buffer'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Capture } from './capture.ts'
import type { ForwardReason } from './cache-status.ts'
import type { CacheOutcome } from './channels.ts'
import type { Part } from './chunk.ts'
import type { Conditions } from './conditional.ts'
import type { Compressor } from './compress/outgoing.ts'
import type { Dependencies } from './dependencies.ts'
import { completeResponse } from './http2.ts'
import type { RoutePolicy } from './policy.ts'
import { keepPeer } from './peer.ts'
import type { RequestFacts } from './request-facts.ts'

/** Where an exchange is kept on its response: one property, found by the shared overrides. */
export const kExchange = Symbol('hotpath.http.exchange')

/** A response that passes through the cache, with its exchange. */
export type ExchangeResponse = ServerResponse & { [kExchange]: Exchange }

/** The methods of a response as they were before the overrides. */
export interface NativeMethods {
  readonly writeHead: (...args: unknown[]) => ServerResponse
  readonly write: (...args: unknown[]) => boolean
  readonly end: (...args: unknown[]) => ServerResponse
  readonly flushHeaders: () => void
}

/** One request on its way to the handler, and everything the cache has to remember of it. */
export interface Exchange {
  readonly request: IncomingMessage
  readonly response: ExchangeResponse
  readonly listener: RequestListener
  /** As it arrived: routers cut off of `request.url` what they are mounted at. */
  readonly url: string
  /** performance.now() at the request's head, in milliseconds; 0 when nobody asked for it. */
  readonly startedAt: number
  /** The primary key; undefined where the request has none. */
  readonly key: string | undefined
  /** The facts of a GET or HEAD; undefined for other methods. */
  readonly facts: RequestFacts | undefined
  readonly policy: RoutePolicy | undefined
  /** Tags of the route; null when they could not be read. */
  readonly tags: readonly string[] | null
  /** The declared pattern, or `other`. */
  readonly route: string
  /** What its answer depends on; null until it is asked for. */
  dependencies: Dependencies | null
  outcome: CacheOutcome
  reason: ForwardReason
  /** Why the cache had no part in it, as a token for Cache-Status. */
  detail: string | undefined
  /** How often it waited for the answer of another. */
  waits: number
  /** The close of its response is listened for. */
  isWatched: boolean
  /** Conditions kept from the handler, so that it makes a whole answer. */
  conditions: Conditions | undefined
  /** What collects the response; null when nothing does. */
  capture: Capture | null
  /** Body bytes handed to the client. */
  bytes: number
  /** Null while the response is not intercepted. */
  native: NativeMethods | null
  /** Compresses what leaves; null where it leaves as the handler made it. */
  compressor: Compressor | null
  /** `given`: the handler called writeHead; it is held back until the first byte of the body. */
  head: 'open' | 'given' | 'sent'
  /** The status of the writeHead that is held back: as in Node, a later statusCode does not count. */
  givenStatus: number | undefined
  /** Hold writeHead back: an ETag of the body may still have to go into it. */
  holdsHead: boolean
  /** Our own call of writeHead is running. */
  isSendingHead: boolean
  /** The whole body, while the head that belongs to it is being sent. */
  pendingBody: Part | null
  /** The native write or end is running, which may call the other. */
  isNested: boolean
  /** The client gets something else: what the handler writes is collected, not sent. */
  swallowsBody: boolean
  /** The body the client gets instead; null where it gets none. */
  replacement: Buffer | null
  hasEnded: boolean
}

/** What an exchange begins with. */
export type NewExchange = Pick<
  Exchange,
  'request' | 'listener' | 'startedAt' | 'key' | 'facts' | 'policy' | 'tags' | 'route'
> & { readonly response: ServerResponse }

/** Starts an exchange and leaves it on its response. Every field is set here, so that all have one shape. */
export function createExchange(given: NewExchange): Exchange {
  const response = given.response as ExchangeResponse
  // Not by the request's version: node:http takes HTTP/2.0 in a request line of HTTP/1, too.
  if ('stream' in response) completeResponse(response)
  keepPeer(given.request)
  const exchange: Exchange = {
    request: given.request,
    response,
    listener: given.listener,
    url: given.request.url ?? '',
    startedAt: given.startedAt,
    key: given.key,
    facts: given.facts,
    policy: given.policy,
    tags: given.tags,
    route: given.route,
    dependencies: null,
    outcome: 'miss',
    reason: 'miss',
    detail: undefined,
    waits: 0,
    isWatched: false,
    conditions: undefined,
    capture: null,
    bytes: 0,
    native: null,
    compressor: null,
    head: 'open',
    givenStatus: undefined,
    holdsHead: false,
    isSendingHead: false,
    pendingBody: null,
    isNested: false,
    swallowsBody: false,
    replacement: null,
    hasEnded: false,
  }
  response[kExchange] = exchange
  return exchange
}

/** The methods of a response as they stand now, before they are overridden. */
export function nativeMethods({ writeHead, write, end, flushHeaders }: ServerResponse): NativeMethods {
  return { writeHead, write, end, flushHeaders } as unknown as NativeMethods
}
