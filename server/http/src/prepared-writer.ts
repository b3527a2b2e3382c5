import { Buffer } from 'node:buffer'
import { IncomingMessage, STATUS_CODES, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { Fence } from '@hotpath/cache'
import { wholePart } from './chunk.ts'
import { outerLinesOf } from './outer-lines.ts'
import { copied, sendForm } from './prepared-bytes.ts'
import { frontLines } from './prepared-lines.ts'
import { bodyLength, bodyOf, fullHead, lengthOf, type Representation } from './representation.ts'
import { headAt, type StoredResponse, storeResponse } from './stored-response.ts'

/** What Node keeps of a response beside its documented properties. */
interface Internals {
  _header: string | null
  _headerSent: boolean
  _contentLength: number | null
  readonly _keepAliveTimeout: number
  readonly _maxRequestsPerSocket: number
  readonly _removedConnection: boolean
  readonly maxRequestsOnConnectionReached?: boolean
}

/** As they were when this module was loaded: whoever patches them later wants to be called for each answer. */
const { writeHead: nativeWriteHead, end: nativeEnd } = ServerResponse.prototype

/** Larger bodies gain nothing from a write less. */
const maxBytes = 64 * 1024

/** Whether a request for this would get Node's usual HTTP/1.1 keep-alive head, with nothing of anybody else's in it. */
export function isPreparable(
  request: IncomingMessage,
  response: ServerResponse,
  stored: StoredResponse,
): boolean {
  const { _removedConnection: hasNoConnection, maxRequestsOnConnectionReached: isLast } =
    response as unknown as Internals
  return (
    isPlainAnswer(stored) &&
    request.method === 'GET' &&
    request.httpVersionMajor === 1 &&
    request.httpVersionMinor === 1 &&
    response.shouldKeepAlive &&
    !isLast &&
    !hasNoConnection &&
    !response.strictContentLength &&
    response.writeHead === nativeWriteHead &&
    response.end === nativeEnd &&
    response.getHeaderNames().length === 0
  )
}

/** Whether a response has a body and the usual reason phrase. */
export const isPlainAnswer = ({ status, statusMessage }: StoredResponse): boolean =>
  status !== 204 && statusMessage === ''

/** Whether nobody has patched Node's responses since this module was loaded. */
export const areResponsesNodesOwn = (): boolean =>
  ServerResponse.prototype.writeHead === nativeWriteHead && ServerResponse.prototype.end === nativeEnd

/** Whether a form is small enough for `writePrepared`. */
export const isSmall = (form: Representation): boolean => lengthOf(form) <= maxBytes

/** Answers a plain GET with a stored response: the lines of this one answer, and with them all the others, in one write. */
export function writePrepared(
  response: ServerResponse,
  stored: StoredResponse,
  { form, now }: { form: Representation; now: number },
): void {
  const internals = response as unknown as Internals
  const { _keepAliveTimeout: keepAliveTimeout, _maxRequestsPerSocket: maxRequests } = internals
  const outer = outerLinesOf(response) ?? ''
  const front = frontLines(stored, { now, outer, keepAliveTimeout, maxRequests })
  response.statusCode = stored.status
  response.statusMessage = STATUS_CODES[stored.status]!
  // oxlint-disable no-underscore-dangle -- Node's names
  internals._header = front
  internals._headerSent = true
  internals._contentLength = bodyLength(form)
  // oxlint-enable no-underscore-dangle
  const { socket } = response
  // Elsewhere `end` is what keeps the response unfinished until its turn has come, or drops it where the socket has ended.
  if (socket === null || socket.writableLength > 0 || !socket.writable)
    return void response.end(copied(form, front))
  sendForm(socket, form, front)
  // Past Node's own `end`, which writes twice: the body, and nothing with a callback.
  response.end()
}

/**
 * Whether this release of Node writes the same lines by itself as stand in a prepared answer, and nobody has patched it
 * to write others. It is asked once per cache; where it does not, hits are written the plain way.
 */
export function canPrepare(): boolean {
  if (!isNodesOwn()) return false
  try {
    const stored = sampleResponse()
    const plain = written((response) => {
      response.writeHead(stored.status, headAt(stored, fullHead(stored.identity), { now: 0 }))
      response.end(bodyOf(stored.identity))
    })
    const answers = Array.from({ length: 2 }, () =>
      written((response) => writePrepared(response, stored, { form: stored.identity, now: 0 })),
    )
    return plain !== '' && answers.every((bytes) => linesIn(bytes) === linesIn(plain))
  } catch {
    return false
  }
}

/** A wrapper may be about some visitors alone, so that a sample shows nothing; but its text is another. */
const isNodesOwn = () =>
  String(nativeWriteHead).includes('._storeHeader(') && String(nativeEnd).includes('._finish()')

/** The lines of an answer, in an order of their own. */
const linesIn = (bytes: string) => bytes.split('\r\n').sort().join('\r\n')

/** The bytes that a response hands to its socket at once. */
function written(write: (response: ServerResponse) => void): string {
  let bytes = ''
  const sink = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.toString('latin1')
      done()
    },
  })
  const request = new IncomingMessage(sink as Socket)
  Object.assign(request, { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 })
  const response = new ServerResponse(request)
  response.assignSocket(sink as Socket)
  write(response)
  sink.destroy()
  return bytes
}

/** Of nothing that could change. */
const unfenced: Fence = { asOf: 0, marks: [], swept: 0, generation: 0, provedAt: 0, turn: 0 }

/** A small response to try the two ways with. */
export function sampleResponse(): StoredResponse {
  return storeResponse(
    {
      head: {
        status: 200,
        statusMessage: '',
        headers: [['Content-Type', 'text/plain']],
        validators: { etag: undefined, lastModified: undefined },
        hasOwnTag: false,
        date: undefined,
        contentLength: undefined,
      },
      body: wholePart(Buffer.from('sample')),
      terms: {
        freshMs: 1_000,
        staleMs: 0,
        errorMs: 0,
        mayBeStale: true,
        ageMs: 0,
        isPublic: true,
        allowsCookies: true,
        vary: [],
      },
      at: 0,
      isDeclaredPublic: true,
      bound: { key: '', target: '', url: '/', tags: [], fence: unfenced, urlPlace: 0, urlsAsOf: 0 },
      varyValues: [],
      route: 'other',
      madeWith: { authorization: false, cookie: false },
    },
    { compresses: false },
  )
}
