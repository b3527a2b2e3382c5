import type { IncomingMessage, ServerResponse } from 'node:http'
import { headersOf } from './arriving-request.ts'
import type { Forms } from './compress/coded-forms.ts'
import { type ByteRange, rangeOf } from './byte-range.ts'
import { clientHas, notModifiedLines } from './not-modified.ts'
import { applyOuterLines } from './outer-lines.ts'
import { isPreparable, isSmall, writePrepared } from './prepared-writer.ts'
import { bodyLength, bodyOf, fullHead, type Representation } from './representation.ts'
import { type StoredResponse, headAt, validatorsOf } from './stored-response.ts'

export interface WriterOptions {
  /** Whether head and body may be written in one prepared piece. */
  readonly prepares: boolean
  /** Chooses among the forms of a response; null where there is only the one that the handler made. */
  readonly forms: Forms | null
  /** Compresses what is written to a response from now on. */
  readonly compress: (request: IncomingMessage, response: ServerResponse) => void
}

/** A stored response on its way to one client. */
export interface Hit {
  readonly stored: StoredResponse
  /** Milliseconds since 1970. */
  readonly now: number
  /** What to say in Cache-Status instead of a hit. */
  readonly cacheStatus?: string
}

/**
 * Answers a request with a stored response, in the form that its client likes best: 304 when the client already has
 * it, the head alone for HEAD. Returns the body bytes sent.
 */
export type WriteStored = (request: IncomingMessage, response: ServerResponse, hit: Hit) => number

/** Makes the writer of one cache. */
export function createWriteStored({ prepares, forms, compress }: WriterOptions): WriteStored {
  return (request, response, hit) => {
    const { stored, now, cacheStatus } = hit
    const headers = headersOf(request)
    if (clientHas(headers, stored)) {
      applyOuterLines(response)
      response.writeHead(304, notModifiedLines(headers, hit))
      response.end()
      return 0
    }
    if (headers.range !== undefined) {
      const range = rangeAsked(request, stored)
      if (range !== undefined) return writeRange(response, hit, range)
    }
    const form = forms === null ? stored.identity : forms.choose(stored, headers)
    if (form === null) compress(request, response)
    else if (
      prepares &&
      cacheStatus === undefined &&
      isSmall(form) &&
      isPreparable(request, response, stored)
    ) {
      writePrepared(response, stored, { form, now })
      return bodyLength(form)
    }
    applyOuterLines(response)
    return writePlain(request, response, { ...hit, form: form ?? stored.identity })
  }
}

function writePlain(
  request: IncomingMessage,
  response: ServerResponse,
  hit: Hit & { readonly form: Representation },
): number {
  const { stored, form } = hit
  // HTTP/2 has no reason phrase, and Node warns of one.
  if (stored.statusMessage !== '' && request.httpVersionMajor === 1) {
    response.statusMessage = stored.statusMessage
  }
  response.writeHead(stored.status, headAt(stored, fullHead(form), hit))
  if (request.method === 'HEAD' || stored.status === 204) {
    response.end()
    return 0
  }
  response.end(bodyOf(form))
  return bodyLength(form)
}

/** A range is one of the body as the handler made it, whose tag names those bytes. */
function rangeAsked(request: IncomingMessage, stored: StoredResponse): ByteRange | undefined {
  const { status, identity } = stored
  if (request.method !== 'GET' || status !== 200) return undefined
  return rangeOf(headersOf(request), bodyLength(identity), validatorsOf(stored))
}

function writeRange(response: ServerResponse, hit: Hit, range: ByteRange): number {
  const { stored } = hit
  const body = bodyOf(stored.identity)
  const whole = headAt(stored, fullHead(stored.identity), hit)
  applyOuterLines(response)
  if (range === null) {
    response.writeHead(416, [
      'Content-Range',
      `bytes */${body.length}`,
      'Content-Length',
      '0',
      ...whole.slice(-2),
    ])
    response.end()
    return 0
  }
  const part = body.subarray(range.first, range.last + 1)
  const at = whole.lastIndexOf('Content-Length')
  const own = ['Content-Range', `bytes ${range.first}-${range.last}/${body.length}`]
  const length = ['Content-Length', String(part.length)]
  response.writeHead(206, [...whole.slice(0, at), ...own, ...length, ...whole.slice(at + 2)])
  response.end(part)
  return part.length
}
