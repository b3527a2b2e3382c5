import type { Socket } from 'node:net'
import type { Clock } from '@hotpath/core'
import type { Forms } from '../compress/coded-forms.ts'
import { keyOf } from '../key.ts'
import { clientHas, notModifiedLines } from '../not-modified.ts'
import { type Observer, startOfRequest } from '../observe.ts'
import { sendForm } from '../prepared-bytes.ts'
import { connectionLines, frontLines, type KeepAlive, type Moment, statusLine } from '../prepared-lines.ts'
import { isPlainAnswer, isSmall } from '../prepared-writer.ts'
import { bodyLength, bodyOf, fullHead, type Representation } from '../representation.ts'
import { plainHead, type RequestHead } from '../request-head.ts'
import type { Responses } from '../responses.ts'
import { freshness } from '../reusable.ts'
import { headAt, type StoredResponse } from '../stored-response.ts'
import type { FastFront } from './fast-front.ts'
import type { HeaderBlock } from './header-block.ts'

/** What of a cache answers from sockets. */
export interface SocketAnswerParts {
  readonly responses: Responses
  readonly observer: Observer
  readonly clock: Clock
  readonly ignoreReload: boolean
  /** Chooses among the forms of a response; null where there is only the one that the handler made. */
  readonly forms: Forms | null
  /** Whether a request is only watched. */
  readonly isWatched: (request: RequestHead) => boolean
}

/** A request of the strict subset. */
export interface FastRequest {
  readonly socket: Socket
  readonly block: HeaderBlock
  readonly url: string
}

/** What is said of one request before it is answered: a stored response, and the form to send; null for a 304. */
interface Chosen {
  readonly stored: StoredResponse
  readonly form: Representation | null
  readonly now: number
}

/** Answers a request from memory; false, with nothing written or counted, where it has to be handed over. */
export type SocketAnswer = (request: FastRequest) => boolean

/**
 * Makes what answers the requests on the sockets of one server. What may answer, and until when, is decided by the
 * functions that decide it for all other requests; only a fresh hit is answered here.
 */
export function createSocketAnswer(
  parts: SocketAnswerParts,
  { front, keepAlive }: { front: FastFront; keepAlive: () => KeepAlive },
): SocketAnswer {
  const { responses, observer, clock, ignoreReload, forms } = parts

  function choose({ block, url }: FastRequest): Chosen | undefined {
    const { facts, headers } = block
    const stored = responses.find(keyOf(url, block.host, block.keyEnd), facts)
    if (stored === undefined || !isPlainAnswer(stored)) return undefined
    const now = clock()
    if (freshness(facts, stored, { now, ignoreReload }) !== 'fresh') return undefined
    if (clientHas(headers, stored)) return { stored, form: null, now }
    const form = forms === null ? stored.identity : forms.choose(stored, headers)
    return form === null ? undefined : { stored, form, now }
  }

  return (request) => {
    const { socket, block, url } = request
    const startedAt = startOfRequest()
    const head = plainHead(url, block.headers, socket)
    if (parts.isWatched(head) || !front.admits(head)) return false
    const chosen = choose(request)
    const outer = chosen && front.count(head)
    if (chosen === undefined || outer === undefined || outer === null) return false
    const { stored, form, now } = chosen
    const moment = { now, outer, ...keepAlive() }
    if (form === null) sendNotModified(socket, block, { stored, moment })
    else if (isSmall(form)) sendForm(socket, form, frontLines(stored, moment))
    else sendLarge(socket, form, { stored, moment })
    observer.answered(startedAt, {
      request: head,
      method: 'GET',
      route: stored.route,
      status: form === null ? 304 : stored.status,
      bytes: form === null ? 0 : bodyLength(form),
      cache: 'hit',
    })
    return true
  }
}

interface Answer {
  readonly stored: StoredResponse
  readonly moment: Moment
}

function sendNotModified(socket: Socket, { headers }: HeaderBlock, { stored, moment }: Answer): void {
  const lines = notModifiedLines(headers, { stored, now: moment.now })
  socket.write(headText(304, lines, moment), 'latin1')
}

/** Bytes of this length are not copied, and never written into. */
function sendLarge(socket: Socket, form: Representation, { stored, moment }: Answer): void {
  const lines = headAt(stored, fullHead(form), moment)
  socket.cork()
  socket.write(headText(stored.status, lines, moment), 'latin1')
  socket.write(bodyOf(form))
  socket.uncork()
}

/** A head as Node writes it: what was given, then the lines of the connection. */
function headText(status: number, lines: readonly string[], moment: Moment): string {
  let text = statusLine(status) + moment.outer
  for (let index = 0; index < lines.length; index += 2) text += `${lines[index]}: ${lines[index + 1]}\r\n`
  return `${text}${connectionLines(moment)}\r\n`
}
