import { ServerResponse } from 'node:http'

/** Node's own, which writes a head that has been made and asks nobody. */
const { flushHeaders } = ServerResponse.prototype

/**
 * Keeps interim answers (100, 103) before the answer, as RFC 9110 §15.2 has it. Of a response that waits its turn on a
 * connection, Node puts the head before all that is queued once the body begins with bytes instead of text: an interim
 * answer that was queued earlier would stand inside the body, and the end of the body would pass for the next answer. So
 * its head is queued as soon as it is made.
 */
export function keepInterimFirst(response: ServerResponse): void {
  const { writeHead } = response
  function writeAtOnce(this: ServerResponse, ...args: unknown[]): ServerResponse {
    Reflect.apply(writeHead, this, args)
    flushHeaders.call(this)
    return this
  }
  response.writeHead = writeAtOnce
}

/** Whether others have to be answered before it, on the same connection. */
export const waitsItsTurn = ({ socket }: ServerResponse): boolean => socket === null
