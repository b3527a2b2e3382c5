import { Buffer } from 'node:buffer'
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener, ServerResponse } from 'node:http'
import { bytesOf, isChunk, type Part, partOf } from '../chunk.ts'
import { hasNoBody } from '../count-bytes.ts'
import { type DetachedRequest, detachedExchange } from '../detached-exchange.ts'
import { applyHead } from '../header-forms.ts'

/** What a listener answered to a request of our own. */
export interface InternalAnswer {
  readonly status: number
  /** By lower-case name. */
  readonly headers: OutgoingHttpHeaders
  readonly body: Buffer
}

export interface InternalRequest extends DetachedRequest {
  /** Largest body taken. */
  readonly maxBytes: number
  /** Gives the request up. */
  readonly signal: AbortSignal
}

/**
 * Asks a listener as a client would, with a request of our own that comes from where `model` came from. `too-large`
 * and `aborted` say why there is no answer: its body is over `maxBytes`, or the handler left it unended and cut it
 * off, or the request was given up.
 */
export function askInternally(
  listener: RequestListener,
  model: IncomingMessage,
  asked: InternalRequest,
): Promise<InternalAnswer | 'too-large' | 'aborted'> {
  const { request, response, abort } = detachedExchange(model, asked)
  const parts: Buffer[] = []
  let size = 0
  return new Promise((resolve) => {
    const give = (answer: InternalAnswer | 'too-large' | 'aborted') => {
      asked.signal.removeEventListener('abort', abort)
      resolve(answer)
    }
    const take = (part: Part) => {
      size += part.length
      if (size <= asked.maxBytes) parts.push(bytesOf(part))
      else if (!response.destroyed) {
        give('too-large')
        abort()
      }
    }
    observe(response, take)
    response.once('finish', () => {
      const { statusCode: status } = response
      const body = hasNoBody(asked.method, status) ? Buffer.alloc(0) : Buffer.concat(parts)
      give({ status, headers: response.getHeaders(), body })
    })
    response.once('close', () => give('aborted'))
    asked.signal.addEventListener('abort', abort, { once: true })
    if (asked.signal.aborted) return abort()
    Promise.try(listener, request, response).catch(abort)
  })
}

/** Sees head and body go by, on the instance: Express replaces the prototype. */
function observe(response: ServerResponse, take: (part: Part) => void): void {
  const native = { write: response.write, end: response.end, writeHead: response.writeHead }
  const { write, end, writeHead } = native as Record<string, (...args: unknown[]) => unknown>
  let isEnding = false
  const see = ([chunk, encoding]: unknown[]) => {
    if (!isEnding && isChunk(chunk)) take(partOf(chunk, encoding))
  }
  Object.assign(response, {
    writeHead(this: ServerResponse, status: number, ...given: [unknown?, unknown?]) {
      if (!this.headersSent) applyHead(this, status, given)
      return writeHead!.call(this, status)
    },
    write(this: ServerResponse, ...args: unknown[]) {
      see(args)
      return write!.apply(this, args)
    },
    end(this: ServerResponse, ...args: unknown[]) {
      see(args)
      isEnding = true // An end that calls write would count its chunk twice.
      return end!.apply(this, args)
    },
  })
}
