import type { IncomingMessage, ServerResponse } from 'node:http'

const kAbort = Symbol('hotpath.http.abort')
type Abortable = IncomingMessage & { [kAbort]?: Abort }

interface Abort {
  controller: AbortController | undefined
  reason: Error | undefined
}

/**
 * Aborted when the request has timed out, or its client has left: for `fetch`, queries and whatever else a handler
 * waits for. In Fastify and Nest ask with `request.raw`. Without a timeout stage before the handler it never aborts.
 */
export function requestSignal(request: IncomingMessage): AbortSignal {
  const abort = abortOf(request)
  abort.controller ??= new AbortController()
  if (abort.reason !== undefined) abort.controller.abort(abort.reason)
  return abort.controller.signal
}

/** Aborts it, asked for already or not. */
export function abortRequest(request: IncomingMessage, reason: Error): void {
  const abort = abortOf(request)
  abort.reason ??= reason
  abort.controller?.abort(reason)
}

/** Aborts it when the response is closed before it was sent whole. */
export function abortWhenGone(request: IncomingMessage, response: ServerResponse): void {
  response.once('close', () => {
    if (!response.writableFinished) abortRequest(request, new Error('The client has left.'))
  })
}

function abortOf(request: Abortable): Abort {
  return (request[kAbort] ??= { controller: undefined, reason: undefined })
}
