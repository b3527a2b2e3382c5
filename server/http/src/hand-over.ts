import { channel } from 'node:diagnostics_channel'
import { httpChannels, type HttpHandlerMessage } from './channels.ts'
import type { Exchange } from './exchange.ts'

const handlers = channel(httpChannels.handler)

/** Runs the handler, in the stores of whoever follows requests (`channel.bindStore`). */
export function handOver({
  request,
  response,
  route,
  startedAt,
  listener,
}: Pick<Exchange, 'request' | 'response' | 'route' | 'startedAt' | 'listener'>): void {
  if (!handlers.hasSubscribers) return listener(request, response)
  const message: HttpHandlerMessage = { request, route, startedAt }
  handlers.runStores(message, listener, undefined, request, response)
}
