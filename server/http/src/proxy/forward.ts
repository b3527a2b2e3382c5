import type { Buffer } from 'node:buffer'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { sendProblem } from '../api/problem.ts'
import { hasStreamBody, hostOf } from '../http2.ts'
import { forwardingHeaders, forwardingFields, isLooping, pseudonym, viaWith } from './forwarding.ts'
import { endToEnd, fieldOf, type HeaderList } from './header-list.ts'
import { markUnavailable } from '../unavailable.ts'
import { failureOf, isReset } from './origin-failure.ts'
import type { Origin, OriginRequest } from './origin.ts'
import { relay } from './relay.ts'

export interface ForwardOptions {
  readonly origin: Origin
  /** Whether the origin sees the Host that the client sent, or its own name. */
  readonly keepsHost: boolean
  /** Whether what a request says of earlier proxies is carried on. */
  readonly trusts: boolean
  /** Told of every answer of the origin, and of every failure to get one. */
  readonly onOutcome: (failure: string | null) => void
}

/** Methods that may be sent twice (RFC 9110 §9.2.2). */
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])

/** Fields that are written anew for the origin. */
const rewritten: ReadonlySet<string> = new Set([
  ...forwardingFields,
  'host',
  'content-length',
  'expect',
  'via',
  'trailer',
])

/** A listener that answers by asking the origin: streams both ways, and gives up when the client does. */
export function createForward(options: ForwardOptions): RequestListener {
  return (request, response) => {
    if (request.url?.charCodeAt(0) !== 47 /* a slash */) {
      return sendProblem(response, { status: 400, detail: 'The target of this request is no path.' })
    }
    if (isLooping(fieldOf(request.rawHeaders, 'via'))) {
      return sendProblem(response, { status: 508, detail: 'This request goes round in circles.' })
    }
    attempt(options, { request, response, body: bodyOf(request) }, 0)
  }
}

/** The request of a client while it is being answered. */
interface Passage {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly body: AsyncIterable<Buffer> | null
}

function attempt(options: ForwardOptions, passage: Passage, repeats: number): void {
  const { request, response, body } = passage
  let hasAnswered = false
  const handler = relay(response, {
    viaVersion: '1.1',
    onAnswer() {
      hasAnswered = true
      options.onOutcome(null)
    },
    onFailure(error) {
      const mayRepeat = repeats === 0 && body === null && !hasAnswered && idempotent.has(request.method ?? '')
      if (mayRepeat && isReset(error) && !response.destroyed) return attempt(options, passage, repeats + 1)
      answerFailure(options, response, error)
    },
  })
  options.origin.dispatch(outgoing(options, passage), handler)
}

/** Answers in the origin's place that it could not be asked. What has begun to go out is cut off. */
export function answerFailure(options: ForwardOptions, response: ServerResponse, error: unknown): void {
  const failure = failureOf(error)
  if (failure.status !== 400) {
    options.onOutcome(failure.error)
    markUnavailable(response)
  }
  const { status, detail } = failure
  const headers = { 'Proxy-Status': `${pseudonym}; error=${failure.error}` }
  sendProblem(response, { status, detail }, headers)
}

/** The request as the origin is to see it. */
export function outgoing(
  { origin, keepsHost, trusts }: ForwardOptions,
  { request, body }: Pick<Passage, 'request' | 'body'>,
): OriginRequest {
  const headers: HeaderList = ['Host', (keepsHost && hostOf(request.headers)) || origin.host]
  const length = request.headers['content-length']
  if (length !== undefined) headers.push('Content-Length', length)
  headers.push(...endToEnd(request.rawHeaders, rewritten))
  headers.push('Via', viaWith(fieldOf(request.rawHeaders, 'via'), request.httpVersion))
  headers.push(...forwardingHeaders(request, trusts))
  return {
    path: request.url!,
    method: request.method ?? 'GET',
    headers,
    // undici reads any async iterable; its types do not say so.
    body: body as unknown as null,
  }
}

/** The body of a request; null where it announces none. Giving up on it must not close the client's connection. */
function bodyOf(request: IncomingMessage): AsyncIterable<Buffer> | null {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers
  const isOpenEnded = request.httpVersionMajor === 2 && hasStreamBody(request)
  if (coding === undefined && (length === undefined || length === '0') && !isOpenEnded) return null
  return request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
}
