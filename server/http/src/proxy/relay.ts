import { Buffer } from 'node:buffer'
import type { ServerResponse } from 'node:http'
import type { Dispatcher } from 'undici'
import { pairsOf } from '../header-forms.ts'
import { viaWith } from './forwarding.ts'
import { endToEnd, fieldOf, type HeaderList } from './header-list.ts'

export interface RelayOptions {
  /** The version of HTTP in which the origin answers. */
  readonly viaVersion: string
  /** The head of the final answer is there. */
  readonly onAnswer: () => void
  /** There will be no answer, or no end of it. Not called when it was the client who went away. */
  readonly onFailure: (error: Error) => void
}

const rewritten: ReadonlySet<string> = new Set(['via'])

/** Writes what the origin answers into a response as it comes, no faster than the client takes it. */
export function relay(response: ServerResponse, options: RelayOptions): Dispatcher.DispatchHandler {
  let control: Dispatcher.DispatchController | null = null
  const isGone = () => response.destroyed
  const onClose = () => {
    if (!response.writableFinished) control?.abort(new Error('The client went away.'))
  }
  const resume = () => control?.resume()
  const done = () => {
    response.off('close', onClose)
    response.off('drain', resume)
  }
  response.once('close', onClose)

  return {
    onRequestStart(controller) {
      control = controller
      if (isGone()) controller.abort(new Error('The client went away.'))
    },
    onResponseStart(controller, status, ...[, reason]) {
      const list = listOf(controller.rawHeaders)
      if (status < 200) return sendInterim(response, status, list)
      options.onAnswer()
      response.on('drain', resume)
      response.statusMessage = reason ?? ''
      response.writeHead(status, endToEndHead(list, options.viaVersion))
    },
    onResponseData(controller, chunk) {
      if (!response.write(chunk)) controller.pause()
    },
    onResponseEnd(controller) {
      done()
      const trailers = endToEnd(listOf(controller.rawTrailers))
      if (trailers.length > 0) response.addTrailers(pairsOf(trailers))
      response.end()
    },
    onResponseError(_, error) {
      const isLost = isGone()
      done()
      if (!isLost) options.onFailure(error)
    },
  }
}

function endToEndHead(list: HeaderList, viaVersion: string): HeaderList {
  const head = endToEnd(list, rewritten)
  head.push('Via', viaWith(fieldOf(list, 'via'), viaVersion))
  return head
}

/** Answers on the way to the answer (RFC 9110 §15.2), for clients that can read them. */
function sendInterim(response: ServerResponse, status: number, list: HeaderList): void {
  const { httpVersionMajor, httpVersionMinor } = response.req
  if (response.headersSent || (httpVersionMajor === 1 && httpVersionMinor === 0)) return
  const headers = Object.fromEntries(gathered(endToEnd(list)))
  if ('stream' in response) {
    ;(
      response as unknown as { stream: { additionalHeaders(headers: object): void } }
    ).stream.additionalHeaders({
      ':status': status,
      ...headers,
    })
  } else response.writeInformation(status, headers)
}

function gathered(list: HeaderList): Map<string, string[]> {
  const byName = new Map<string, string[]>()
  for (const [name, value] of pairsOf(list)) {
    const key = name.toLowerCase()
    byName.set(key, [...(byName.get(key) ?? []), value])
  }
  return byName
}

/** Headers as they came over the wire, byte by byte: undici's own reading of them takes them for UTF-8. */
export function listOf(raw: Dispatcher.DispatchController['rawHeaders']): HeaderList {
  if (!Array.isArray(raw)) return []
  return raw.map((part) => (Buffer.isBuffer(part) ? part.toString('latin1') : part))
}
