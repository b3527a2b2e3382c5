import type { IncomingMessage } from 'node:http'

/** Looks at a part of a request's body, or null for its end, before anybody reads it; true keeps it from everybody. */
export type BodyTap = (chunk: Uint8Array | null) => boolean

/**
 * Shows each part of a request's body as it arrives, without reading it: whoever reads it later finds it whole. What
 * has arrived already, while somebody before us waited, is shown at once.
 */
export function tapBody(request: IncomingMessage, tap: BodyTap): void {
  const arrived: unknown = request.readableLength > 0 ? request.read() : null
  if (arrived instanceof Uint8Array && !tap(arrived)) request.unshift(arrived)
  const { push } = request
  request.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if ((chunk === null || chunk instanceof Uint8Array) && tap(chunk)) return true
    return push.call(request, chunk, encoding)
  }
}
