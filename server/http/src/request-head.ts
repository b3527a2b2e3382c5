import type { IncomingMessage } from 'node:http'

/**
 * The head of a request, as far as anything reads it that needs no body: that of Node's own message, or of a request
 * that is answered from its socket and never becomes one.
 */
export type RequestHead = Pick<
  IncomingMessage,
  'method' | 'url' | 'headers' | 'httpVersion' | 'httpVersionMajor' | 'httpVersionMinor' | 'socket'
>
