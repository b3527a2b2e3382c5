import { Buffer } from 'node:buffer'
import type { IncomingMessage, OutgoingHttpHeaders, RequestListener } from 'node:http'
import { tapAnswer } from '../answer-tap.ts'
import { bytesOf } from '../chunk.ts'
import { hasNoBody } from '../count-bytes.ts'
import { type DetachedRequest, detachedExchange } from '../detached-exchange.ts'

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
    tapAnswer(response, {
      part(part) {
        size += part.length
        if (size <= asked.maxBytes) parts.push(bytesOf(part))
        else if (!response.destroyed) {
          give('too-large')
          abort()
        }
      },
    })
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
