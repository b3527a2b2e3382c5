import type { ServerResponse } from 'node:http'
import { isChunk, type Part, partOf } from './chunk.ts'
import { hasNoBody } from './count-bytes.ts'
import { type Exchange, type ExchangeResponse, kExchange, nativeMethods } from './exchange.ts'
import { restoreHead, snapshotHead } from './head-snapshot.ts'
import { applyHead, hasHeaders } from './header-forms.ts'
import { knowLength } from './known-length.ts'
import { endPretence, pretendSent } from './pretended-head.ts'

/** What is told of a response as the handler writes it. */
export interface ResponseListener {
  /**
   * The head is about to go out, all its headers are set on the response and may still be changed.
   * `wholeBody` is the body where all of it is known, else null.
   */
  head(exchange: Exchange, wholeBody: Part | null): void
  /** A part of the body, to be copied at once or never. */
  body(exchange: Exchange, part: Part): void
  /** The handler has ended the response. */
  end(exchange: Exchange): void
  /** What it was told last did not happen: the response could not be written, or was written unseen. */
  failed(exchange: Exchange): void
}

/**
 * Puts itself between a handler and its response, by overriding methods on the instance: Express replaces the
 * prototype, so a subclass of ServerResponse would not last. The functions are shared by all responses.
 */
export function createInterceptor(listener: ResponseListener): (response: ExchangeResponse) => void {
  function sendHead(response: ExchangeResponse, wholeBody: Part | null): void {
    const exchange = response[kExchange]
    if (exchange.head === 'sent') return
    if (exchange.head === 'given') endPretence(response)
    else if (response.headersSent) {
      // The head went out past the overrides, unread.
      exchange.head = 'sent'
      return listener.failed(exchange)
    }
    exchange.isSendingHead = true
    exchange.pendingBody = wholeBody
    try {
      // Through whatever wrapped writeHead after us (on-headers): that is where sessions set their cookie.
      response.writeHead(exchange.givenStatus ?? response.statusCode)
    } finally {
      exchange.isSendingHead = false
      exchange.pendingBody = null
    }
  }

  function writeHead(this: ExchangeResponse, status: number, ...given: [unknown?, unknown?]): ServerResponse {
    const exchange = this[kExchange]
    const native = exchange.native!
    if (exchange.head === 'sent') return native.writeHead.call(this, status, ...given)
    const isRepeated = exchange.head === 'given' && hasHeaders(given)
    if (!exchange.isSendingHead && isRepeated) {
      sendHead(this, null)
      return native.writeHead.call(this, status, ...given) // Throws ERR_HTTP_HEADERS_SENT, as it should.
    }
    applyHead(this, status, given)
    if (!exchange.isSendingHead && exchange.holdsHead) {
      exchange.head = 'given'
      exchange.givenStatus = status
      pretendSent(this)
      return this
    }
    return commitHead(exchange)
  }

  /** Node refuses some heads only when they are written (a reason phrase, a status): then it is as if we had not spoken. */
  function commitHead(exchange: Exchange): ServerResponse {
    const { request, response, compressor } = exchange
    const before = snapshotHead(response)
    exchange.head = 'sent'
    try {
      listener.head(exchange, exchange.pendingBody)
      if (compressor !== null) exchange.native = compressor.beneath(request, response, exchange.native!)
      return exchange.native!.writeHead.call(response, response.statusCode)
    } catch (error) {
      if (!response.headersSent) {
        if (before !== null) restoreHead(response, before)
        exchange.head = 'open'
        exchange.givenStatus = undefined
        exchange.swallowsBody = false
        exchange.replacement = null
      }
      listener.failed(exchange)
      throw error
    }
  }

  function write(this: ExchangeResponse, ...args: unknown[]): boolean {
    const exchange = this[kExchange]
    if (exchange.isNested || exchange.hasEnded || !isChunk(args[0]))
      return exchange.native!.write.apply(this, args)
    sendHead(this, null)
    let isFlowing = true
    if (!exchange.swallowsBody) isFlowing = callNested(exchange, exchange.native!.write, args)
    else {
      const callback = args.find((argument) => typeof argument === 'function')
      if (callback) process.nextTick(callback)
    }
    take(exchange, partOf(args[0], args[1]))
    return isFlowing
  }

  function end(this: ExchangeResponse, ...args: unknown[]): ServerResponse {
    const exchange = this[kExchange]
    const [chunk, encoding] = typeof args[0] === 'function' ? [] : args
    const hasChunk = chunk !== undefined && chunk !== null && chunk !== ''
    if (exchange.isNested || exchange.hasEnded || (hasChunk && !isChunk(chunk))) {
      return exchange.native!.end.apply(this, args)
    }
    const part = partOf(hasChunk ? chunk : '', encoding)
    if (exchange.head === 'given' || (exchange.head === 'open' && !this.headersSent)) {
      knowLength(this, part.length)
      sendHead(this, part)
    }
    const callback = args.find((argument) => typeof argument === 'function')
    const given = exchange.swallowsBody ? [exchange.replacement, callback].filter(Boolean) : args
    callNested(exchange, exchange.native!.end, given)
    exchange.hasEnded = true
    if (exchange.replacement) count(exchange, exchange.replacement.length)
    if (hasChunk) take(exchange, part)
    listener.end(exchange)
    return this
  }

  function flushHeaders(this: ExchangeResponse): void {
    sendHead(this, null)
    this[kExchange].native!.flushHeaders.call(this)
  }

  function take(exchange: Exchange, part: Part): void {
    if (!exchange.swallowsBody) count(exchange, part.length)
    if (exchange.capture) listener.body(exchange, part)
  }

  function count(exchange: Exchange, length: number): void {
    const isSent = !hasNoBody(exchange.request.method, exchange.response.statusCode)
    if (isSent) exchange.bytes += length
  }

  /** Node's own method, which may refuse (a length other than announced): then what it was given was not sent. */
  function callNested<R>(exchange: Exchange, method: (...args: unknown[]) => R, args: unknown[]): R {
    exchange.isNested = true
    try {
      return method.apply(exchange.response, args)
    } catch (error) {
      listener.failed(exchange)
      throw error
    } finally {
      exchange.isNested = false
    }
  }

  return (response) => {
    const exchange = response[kExchange]
    exchange.native = nativeMethods(response)
    exchange.holdsHead = exchange.capture !== null
    response.writeHead = writeHead as typeof response.writeHead
    response.write = write as typeof response.write
    response.end = end as typeof response.end
    response.flushHeaders = flushHeaders
  }
}
