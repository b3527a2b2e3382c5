import { ServerResponse } from 'node:http'
import { hasNoBody } from './count-bytes.ts'

/** Node's own, which writes a head that has been made and asks nobody. */
const { flushHeaders } = ServerResponse.prototype

/**
 * Keeps interim answers (100, 103) before the answer, as RFC 9110 §15.2 has it. Of a response that waits its turn on a
 * connection, Node puts the head before all that is queued once the body begins with bytes instead of text: an interim
 * answer that was queued earlier would stand inside the body, and the end of the body would pass for the next answer. So
 * behind an interim answer the head is queued as soon as it is made. Nowhere else: a head that is queued by itself has Node
 * read on where it had paused the connection, and one without a body belongs to the end of its answer.
 */
export function keepInterimFirst(response: ServerResponse): void {
  const { writeHead } = response
  function writeBehindInterim(this: ServerResponse, ...args: unknown[]): ServerResponse {
    const isBehindInterim = waitsItsTurn(this) && this.writableLength > 0
    Reflect.apply(writeHead, this, args)
    if (isBehindInterim && !hasNoBody(this.req.method, this.statusCode)) flushHeaders.call(this)
    return this
  }
  response.writeHead = writeBehindInterim
}

/** Whether others have to be answered before it, on the same connection. */
export const waitsItsTurn = ({ socket }: ServerResponse): boolean => socket === null
