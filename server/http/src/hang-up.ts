import type { IncomingMessage } from 'node:http'

/**
 * What to say with an answer that is given before the request has come to its end: the rest of the body is still on its
 * way, so that nothing else can follow on the connection. HTTP/2 has streams for that, and no such field (RFC 9113 §8.2.2).
 */
export function hangUp({ httpVersionMajor }: IncomingMessage): { Connection?: 'close' } {
  return httpVersionMajor === 1 ? { Connection: 'close' } : {}
}
