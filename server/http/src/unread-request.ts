import { IncomingMessage } from 'node:http'

/** What Node does with requests without a body on servers that ask for it (`optimizeEmptyRequests`). */
interface NodesRequest extends IncomingMessage {
  _dumpAndCloseReadable(): void
}

const canClose = '_dumpAndCloseReadable' in IncomingMessage.prototype

/**
 * Ends a request that has no body and that nobody will read, for it was answered from memory. Otherwise Node reads it to
 * its end, and tells of that in events that nobody hears.
 */
export function endUnread(request: IncomingMessage): void {
  if (!canClose || request.listenerCount('end') > 0) return
  if (request.listenerCount('close') > 0 || request.listenerCount('readable') > 0) return
  // oxlint-disable no-underscore-dangle -- Node's names.
  ;(request as NodesRequest)._dumpAndCloseReadable()
  request._read(0)
  // oxlint-enable no-underscore-dangle
}
