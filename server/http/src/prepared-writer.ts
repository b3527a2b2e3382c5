import { Buffer } from 'node:buffer'
import { IncomingMessage, STATUS_CODES, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { Fence } from '@hotpath/cache'
import { hitStatus } from './cache-status.ts'
import { wholePart } from './chunk.ts'
import { outerLinesOf } from './outer-lines.ts'
import { bodyLength, bodyOf, fullHead, type Representation, roomBytes } from './representation.ts'
import { ageSeconds, headAt, type StoredResponse, storeResponse, ttlSeconds } from './stored-response.ts'

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
const { write: nativeWrite } = Socket.prototype

/** Larger bodies gain nothing from a write less. */
const maxBytes = 64 * 1024

/** Whether a request for this would get Node's usual HTTP/1.1 keep-alive head, with nothing of anybody else's in it. */
export function isPreparable(
  request: IncomingMessage,
  response: ServerResponse,
  { status, statusMessage }: StoredResponse,
): boolean {
  const { _removedConnection: hasNoConnection, maxRequestsOnConnectionReached: isLast } =
    response as unknown as Internals
  return (
    status !== 204 &&
    statusMessage === '' &&
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

/** Whether a form is small enough for `writePrepared`. */
export const isSmall = ({ bytes }: Representation): boolean => bytes.length <= maxBytes

/** Answers a plain GET with a stored response: the lines of this one answer, and with them all the others, in one write. */
export function writePrepared(
  response: ServerResponse,
  stored: StoredResponse,
  { form, now }: { form: Representation; now: number },
): void {
  const front = frontOf(response, stored, now)
  const internals = response as unknown as Internals
  response.statusCode = stored.status
  response.statusMessage = STATUS_CODES[stored.status]!
  // oxlint-disable no-underscore-dangle -- Node's names
  internals._header = front
  internals._headerSent = true
  internals._contentLength = bodyLength(form)
  // oxlint-enable no-underscore-dangle
  const socket: KnownSocket | null = response.socket
  // Elsewhere `end` is what keeps the response unfinished until its turn has come.
  if (socket === null || socket.writableLength > 0) return void response.end(copied(form, front))
  if (front.length > roomBytes || !(socket[kWritesAtOnce] ??= writesAtOnce(socket))) {
    socket.write(copied(form, front))
  } else {
    socket.write(inPlace(form, front))
    // The kernel has not taken all of it: what it still has to read is left alone from now on.
    if (socket.writableLength > 0) renew(form)
  }
  // Past Node's own `end`, which writes twice: the body, and nothing with a callback.
  response.end()
}

/** The lines that differ: by the request, the moment and the connection. */
function frontOf(response: ServerResponse, stored: StoredResponse, now: number): string {
  const { _keepAliveTimeout: keepAliveTimeout, _maxRequestsPerSocket: maxRequests } =
    response as unknown as Internals
  const { status } = stored
  const said = hitStatus(ttlSeconds(stored, now))
  return `${status === 200 ? okLine : statusLine(status)}${outerLinesOf(response) ?? ''}Age: ${ageSeconds(stored, now)}\r\nCache-Status: ${said}\r\n${connectionLines(keepAliveTimeout, maxRequests)}`
}

const statusLine = (status: number) => `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`
const okLine = statusLine(200)

let linesFor = { keepAliveTimeout: -1, maxRequests: -1, lines: '' }

/** What Node says of a connection that goes on; mostly of one server, so that the last is remembered. */
function connectionLines(keepAliveTimeout: number, maxRequests: number): string {
  if (linesFor.keepAliveTimeout !== keepAliveTimeout || linesFor.maxRequests !== maxRequests) {
    const max = maxRequests > 0 ? `, max=${maxRequests}` : ''
    const keepAlive = `Keep-Alive: timeout=${Math.floor(keepAliveTimeout / 1000)}${max}\r\n`
    const lines = `Connection: keep-alive\r\n${keepAliveTimeout > 0 ? keepAlive : ''}`
    linesFor = { keepAliveTimeout, maxRequests, lines }
  }
  return linesFor.lines
}

/** The answer in the form's own bytes: its front in the room before them, right-aligned. */
function inPlace(form: Representation, front: string): Buffer {
  const at = roomBytes - front.length
  form.bytes.write(front, at, 'latin1')
  if (form.view === null || form.viewAt !== at) {
    form.view = form.bytes.subarray(at)
    form.viewAt = at
  }
  return form.view
}

/** The answer in bytes of its own. */
function copied({ bytes }: Representation, front: string): Buffer {
  const whole = Buffer.allocUnsafe(front.length + bytes.length - roomBytes)
  whole.write(front, 0, 'latin1')
  bytes.copy(whole, front.length, roomBytes)
  return whole
}

function renew(form: Representation): void {
  form.bytes = Buffer.from(form.bytes)
  form.view = null
}

const kWritesAtOnce = Symbol('hotpath.http.writes-at-once')
type KnownSocket = Socket & { [kWritesAtOnce]?: boolean; readonly _handle?: object | null }

/**
 * Whether a write of which nothing waits afterwards has been read: it has where the kernel takes it. Streams of any
 * other kind may hand on the buffer itself, and TLS may read it later.
 */
function writesAtOnce(socket: KnownSocket): boolean {
  const { _handle: handle } = socket
  const kind = handle?.constructor.name
  return socket instanceof Socket && socket.write === nativeWrite && (kind === 'TCP' || kind === 'Pipe')
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
      bound: { key: '', target: [''], url: '/', tags: [], fence: unfenced, urlPlace: 0, urlsAsOf: 0 },
      varyValues: [],
      route: 'other',
      madeWith: { authorization: false, cookie: false },
    },
    { compresses: false },
  )
}
