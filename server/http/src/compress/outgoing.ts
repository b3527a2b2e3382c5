import type { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { bytesOf, isChunk, lengthOf, partOf } from '../chunk.ts'
import { hasNoBody } from '../count-bytes.ts'
import { type NativeMethods, nativeMethods } from '../exchange.ts'
import { restoreHead, snapshotHead } from '../head-snapshot.ts'
import { applyHead } from '../header-forms.ts'
import { knowLength, lengthKnown } from '../known-length.ts'
import { endPretence, pretendSent } from '../pretended-head.ts'
import { type Coding, type Effort, type Encoder, encoderStream } from './codings.ts'
import { leastBytes } from './compressible.ts'
import { applyPlan, nameFormOf, type Plan, planOf } from './outgoing-head.ts'
import type { Press } from './press.ts'

/** Where the state of a response is kept that may be compressed on its way out. */
const kOutgoing = Symbol('hotpath.http.outgoing')

/** A response on its way out. */
interface Outgoing {
  readonly request: IncomingMessage
  readonly native: NativeMethods
  /**
   * `held`: the handler wrote the head, and whether its body is worth compressing is not known yet. `plain`: the head
   * is out, and the body follows as the handler writes it.
   */
  state: 'open' | 'held' | 'plain' | 'coded'
  coding: Coding
  effort: Effort
  /** Bytes of body that the head announced; null where it did not. */
  announced: number | null
  /** Bytes of body that the handler wrote. */
  given: number
  /** Compressed bytes handed on. */
  sent: number
  stream: Encoder | null
  flushTimer: NodeJS.Timeout | undefined
  /** The whole body, where it is compressed in one go. */
  made: Promise<Buffer> | null
  hasEnded: boolean
}

type OutgoingResponse = ServerResponse & { [kOutgoing]: Outgoing }

export interface OutgoingOptions {
  readonly press: Press
  /** Responses compressed at one time as they are streamed; beyond it they are sent as they are. */
  readonly maxStreams: number
  /** Whether this response is being stored, and is worth some more effort. */
  isKept(response: ServerResponse): boolean
}

/** What was compressed of a response whose body was written in one go. */
export interface Made {
  readonly coding: Coding
  readonly body: Promise<Buffer>
}

/** A pause of this length lets out what was written so far, so that a slow stream arrives as it is made. */
const flushAfterMs = 10

/** What was made for a response, with the effort of one that is kept; undefined where nothing was. */
export function madeFor(response: ServerResponse): Made | undefined {
  const outgoing = (response as Partial<OutgoingResponse>)[kOutgoing]
  return outgoing?.made && outgoing.effort === 'kept'
    ? { coding: outgoing.coding, body: outgoing.made }
    : undefined
}

/** The bytes of body that a client got; undefined where they are those that the handler wrote. */
export function compressedBytes(response: ServerResponse): number | undefined {
  const outgoing = (response as Partial<OutgoingResponse>)[kOutgoing]
  return outgoing?.state === 'coded' ? outgoing.sent : undefined
}

/**
 * Compresses responses on their way out, where their clients take it. The head leaves when the handler writes it; the body
 * follows as it is made.
 */
export interface Compressor {
  /** Puts itself before the methods of a response that nothing has been written to. */
  begin(request: IncomingMessage, response: ServerResponse): void
  /**
   * The same beneath somebody who stands before them already, with the head about to be sent: the methods to call in place
   * of the native ones. They are these where the response leaves as it is.
   */
  beneath(request: IncomingMessage, response: ServerResponse, native: NativeMethods): NativeMethods
}

/** Makes the compressor of one cache. */
export function createOutgoing(options: OutgoingOptions): Compressor {
  const { press, maxStreams, isKept } = options
  let streams = 0

  function writeHead(this: OutgoingResponse, status: number, ...given: [unknown?, unknown?]): ServerResponse {
    const outgoing = this[kOutgoing]
    if (outgoing.state === 'held') commit(this, outgoing)
    if (outgoing.state !== 'open') return outgoing.native.writeHead.call(this, status, ...given)
    applyHead(this, status, given)
    if (!isLengthOpen(this, outgoing)) return commit(this, outgoing)
    outgoing.state = 'held'
    pretendSent(this)
    return this
  }

  /** Whether it may still turn out that the body is too small. */
  function isLengthOpen(response: OutgoingResponse, { request }: Outgoing): boolean {
    if (lengthKnown(response) !== null || response.hasHeader('content-length')) return false
    if (hasNoBody(request.method, response.statusCode)) return false
    return planOf(request, response, { effort: 'passing', length: null, hasRoom: true }).varies
  }

  function commit(response: OutgoingResponse, outgoing: Outgoing): ServerResponse {
    const { native, request } = outgoing
    if (outgoing.state === 'held') endPretence(response)
    const plan = response.statusCode === 304 ? null : planFor(response, outgoing)
    // What is sent as it is keeps its head as it is.
    const before = plan === null || plan.varies ? snapshotHead(response) : null
    outgoing.state = 'plain'
    if (plan === null) nameFormOf(request, response)
    else if (plan.varies) code(response, outgoing, plan)
    try {
      return native.writeHead.call(response, response.statusCode)
    } catch (error) {
      if (before !== null) restoreHead(response, before)
      outgoing.state = 'open'
      throw error
    }
  }

  /** Decides whether to compress. */
  function planFor(response: OutgoingResponse, outgoing: Outgoing): Plan {
    const length = lengthKnown(response)
    outgoing.effort = length !== null && isKept(response) ? 'kept' : 'passing'
    const hasRoom = length === null ? streams < maxStreams : press.hasRoom(length)
    return planOf(outgoing.request, response, { effort: outgoing.effort, length, hasRoom })
  }

  /** Says it in the head. */
  function code(response: OutgoingResponse, outgoing: Outgoing, plan: Plan): void {
    const { request } = outgoing
    const announced = response.getHeader('content-length')
    applyPlan(response, plan)
    if (plan.coding === null || hasNoBody(request.method, response.statusCode)) return
    outgoing.state = 'coded'
    outgoing.coding = plan.coding
    outgoing.announced = announced === undefined ? null : Number(announced)
  }

  /** Sends the head, through whatever wrapped writeHead after us. */
  function sendHead(response: OutgoingResponse, outgoing: Outgoing): void {
    if (outgoing.state === 'open' && !response.headersSent) response.writeHead(response.statusCode)
    if (outgoing.state === 'held') commit(response, outgoing)
  }

  function write(this: OutgoingResponse, ...args: unknown[]): boolean {
    const outgoing = this[kOutgoing]
    const [chunk, encoding] = args
    if (!isChunk(chunk)) return outgoing.native.write.apply(this, args)
    sendHead(this, outgoing)
    if (outgoing.state !== 'coded') return outgoing.native.write.apply(this, args)
    if (outgoing.hasEnded) return false
    outgoing.given += lengthOf(chunk, encoding)
    const stream = (outgoing.stream ??= openStream(this, outgoing))
    outgoing.flushTimer ??= setTimeout(flush, flushAfterMs, outgoing).unref()
    outgoing.flushTimer.refresh()
    const isFlowing = stream.write(...(args as [string, BufferEncoding]))
    return isFlowing && !this.writableNeedDrain
  }

  function end(this: OutgoingResponse, ...args: unknown[]): ServerResponse {
    const outgoing = this[kOutgoing]
    const [chunk, encoding] = typeof args[0] === 'function' ? [] : args
    const hasChunk = chunk !== undefined && chunk !== null
    if (hasChunk && !isChunk(chunk)) return outgoing.native.end.apply(this, args)
    if (outgoing.state === 'open' || outgoing.state === 'held') {
      knowLength(this, hasChunk ? lengthOf(chunk, encoding) : 0)
      sendHead(this, outgoing)
    }
    if (outgoing.state !== 'coded') return outgoing.native.end.apply(this, args)
    if (outgoing.hasEnded) return this
    outgoing.hasEnded = true
    // What frameworks ask for to see whether a handler has answered.
    Object.defineProperty(this, 'writableEnded', { value: true, configurable: true })
    const part = partOf(hasChunk ? chunk : '', encoding)
    outgoing.given += part.length
    // A body that broke off must not look whole only because its length is no longer sent.
    if (outgoing.announced !== null && outgoing.announced !== outgoing.given) return this.destroy()
    const callback = args.find((argument) => typeof argument === 'function') as Last['callback']
    finish(this, outgoing, { body: bytesOf(part), callback })
    return this
  }

  function finish(response: OutgoingResponse, outgoing: Outgoing, last: Last): void {
    const { native, coding, effort } = outgoing
    const made = outgoing.stream === null ? press.squeeze(last.body, coding, effort) : null
    if (made === null) {
      const stream = (outgoing.stream ??= openStream(response, outgoing))
      stream.once('end', () => native.end.call(response, last.callback))
      stream.end(last.body)
      return
    }
    outgoing.made = made
    made.then(
      (body) => {
        outgoing.sent = body.length
        native.end.call(response, body, last.callback)
      },
      (error: Error) => response.destroy(error),
    )
  }

  function flushHeaders(this: OutgoingResponse): void {
    sendHead(this, this[kOutgoing])
    this[kOutgoing].native.flushHeaders.call(this)
  }

  function openStream(response: OutgoingResponse, outgoing: Outgoing): Encoder {
    const stream = encoderStream(outgoing.coding)
    streams += 1
    stream.on('data', (chunk: Buffer) => {
      outgoing.sent += chunk.length
      if (!outgoing.native.write.call(response, chunk)) stream.pause()
    })
    stream.on('drain', () => response.emit('drain'))
    stream.once('error', (error) => response.destroy(error))
    response.on('drain', () => {
      if (!response.writableNeedDrain) stream.resume()
    })
    response.once('close', () => {
      streams -= 1
      clearTimeout(outgoing.flushTimer)
      stream.destroy()
    })
    return stream
  }

  function begin(request: IncomingMessage, response: ServerResponse, native: NativeMethods): void {
    const outgoing: Outgoing = {
      request,
      native,
      state: 'open',
      coding: 'gzip',
      effort: 'passing',
      announced: null,
      given: 0,
      sent: 0,
      stream: null,
      flushTimer: undefined,
      made: null,
      hasEnded: false,
    }
    ;(response as OutgoingResponse)[kOutgoing] = outgoing
  }

  const methods = { writeHead, write, end, flushHeaders } as unknown as NativeMethods

  return {
    begin(request, response) {
      begin(request, response, nativeMethods(response))
      Object.assign(response, methods)
    },
    beneath(request, response, native) {
      // A head that could not be sent is made again: then it stands there already.
      if (staysPlain(response) || kOutgoing in response) return native
      begin(request, response, native)
      return methods
    },
  }
}

/** Whether it is known of a head that is about to be sent that nothing about it depends on codings. */
function staysPlain(response: ServerResponse): boolean {
  const length = lengthKnown(response)
  return length !== null && length < leastBytes && response.statusCode !== 304
}

/** The end of a body. */
interface Last {
  readonly body: Buffer
  readonly callback: (() => void) | undefined
}

function flush({ stream, hasEnded }: Outgoing): void {
  if (!hasEnded) stream?.flush()
}
