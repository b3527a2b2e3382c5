import { Buffer } from 'node:buffer'
import { IncomingMessage, STATUS_CODES, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import type { Fence } from '@hotpath/cache'
import { outerLinesOf } from './outer-lines.ts'
import type { Representation } from './representation.ts'
import { type StoredResponse, headAt, storeResponse } from './stored-response.ts'

/**
 * Head and body of one answer in one buffer, for one write: half of what a hit costs is the kernel's write, and a
 * head and a body apart are two. It is good for one second, since Age counts in it, and for one server.
 */
export interface Wire {
  readonly second: number
  readonly keepAliveTimeout: number
  readonly maxRequests: number
  readonly head: string
  /** Where lines of one request belong: behind the status line. */
  readonly outerAt: number
  readonly bytes: Buffer
}

/** What Node keeps of a response beside its documented properties. */
interface Internals {
  readonly _header: string | null
  readonly _keepAliveTimeout: number
  readonly _maxRequestsPerSocket: number
  readonly _removedConnection: boolean
  readonly maxRequestsOnConnectionReached?: boolean
}

/** As they were when this module was loaded: whoever patches them later wants to be called for each answer. */
const { writeHead: nativeWriteHead, end: nativeEnd } = ServerResponse.prototype

/** Larger bodies gain nothing from a write less, and would be copied every second. */
const maxBodyBytes = 64 * 1024

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

/**
 * Answers a plain GET with a stored response. Node makes the head of the first two answers of a second; that of the
 * second one is copied, if it holds our own lines and nothing else. A line more would be somebody's who patched Node
 * before this module was loaded, and may be about one visitor.
 */
export function writePrepared(
  response: ServerResponse,
  stored: StoredResponse,
  { form, now }: { form: Representation; now: number },
): void {
  const second = Math.floor(now / 1000)
  const outer = outerLinesOf(response)
  const { wire } = form
  if (wire?.second === second && isFor(wire, response)) {
    const { head, bytes } = wire
    Object.assign(response, {
      statusCode: stored.status,
      statusMessage: STATUS_CODES[stored.status],
      _header: head,
      _headerSent: true,
      _contentLength: bytes.length - head.length,
    })
    send(response, outer === undefined ? bytes : withOuter(wire, outer))
    return
  }
  const lines = headAt(stored, form.full, now) as string[]
  response.writeHead(stored.status, outer === undefined ? lines : [...pairsIn(outer), ...lines])
  const { _header: written } = response as unknown as Internals
  response.end(form.body)
  // Not yet at the first answer of a second: most responses are not asked for twice in one.
  const isAskedAgain = form.lastSecond === second
  form.lastSecond = second
  if (!isAskedAgain) return
  const statusLine = `HTTP/1.1 ${stored.status} ${STATUS_CODES[stored.status]}\r\n`
  const rest = expectedLines(response, lines)
  if (written === statusLine + (outer ?? '') + rest) {
    prepare(response, form, { head: statusLine + rest, second, outerAt: statusLine.length })
  }
}

/** The answer with lines of this one request, behind its status line. */
function withOuter({ bytes, outerAt }: Wire, outer: string): Buffer {
  const whole = Buffer.allocUnsafe(bytes.length + outer.length)
  bytes.copy(whole, 0, 0, outerAt)
  whole.write(outer, outerAt, 'latin1')
  bytes.copy(whole, outerAt + outer.length, outerAt)
  return whole
}

function pairsIn(outer: string): string[] {
  const lines = outer.split('\r\n').slice(0, -1)
  return lines.flatMap((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
}

/**
 * Past Node's own `end`, which writes twice: the body, and nothing with a callback. Only where the connection has sent
 * all it was given: elsewhere `end` is what keeps the response unfinished until its turn has come.
 */
function send(response: ServerResponse, bytes: Buffer): void {
  const { socket } = response
  if (socket === null || socket.writableLength > 0) return void response.end(bytes)
  socket.write(bytes)
  response.end()
}

/** What Node writes behind the status line for `lines` where nobody interferes. */
function expectedLines(response: ServerResponse, lines: readonly string[]): string {
  const { _keepAliveTimeout: keepAliveTimeout, _maxRequestsPerSocket: maxRequests } =
    response as unknown as Internals
  let head = ''
  for (let index = 0; index < lines.length; index += 2) head += `${lines[index]}: ${lines[index + 1]}\r\n`
  head += 'Connection: keep-alive\r\n'
  if (keepAliveTimeout > 0) {
    const max = maxRequests > 0 ? `, max=${maxRequests}` : ''
    head += `Keep-Alive: timeout=${Math.floor(keepAliveTimeout / 1000)}${max}\r\n`
  }
  return `${head}\r\n`
}

function isFor(wire: Wire, response: ServerResponse): boolean {
  const { _keepAliveTimeout: keepAliveTimeout, _maxRequestsPerSocket: maxRequests } =
    response as unknown as Internals
  return wire.keepAliveTimeout === keepAliveTimeout && wire.maxRequests === maxRequests
}

function prepare(
  response: ServerResponse,
  form: Representation,
  { head, second, outerAt }: Pick<Wire, 'head' | 'second' | 'outerAt'>,
): void {
  if (form.body.length > maxBodyBytes) return
  const { _keepAliveTimeout: keepAliveTimeout, _maxRequestsPerSocket: maxRequests } =
    response as unknown as Internals
  const bytes = Buffer.concat([Buffer.from(head, 'latin1'), form.body])
  form.wire = { second, keepAliveTimeout, maxRequests, head, outerAt, bytes }
  form.body = bytes.subarray(head.length) // So that the body is kept once.
}

/**
 * Whether this release of Node sends the same bytes for a prepared answer as for a plain one. It is asked once per
 * cache; where it does not, hits are written the plain way.
 */
export function canPrepare(): boolean {
  try {
    const [plain, prepared] = [sampleResponse(), sampleResponse()]
    const expected = written((response) => {
      response.writeHead(plain.status, headAt(plain, plain.identity.full, 0) as string[])
      response.end(plain.identity.body)
    })
    const answers = Array.from({ length: 3 }, () =>
      written((response) => writePrepared(response, prepared, { form: prepared.identity, now: 0 })),
    )
    return prepared.identity.wire !== null && answers.every((bytes) => bytes === expected && bytes !== '')
  } catch {
    return false
  }
}

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
      body: Buffer.from('sample'),
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
      bound: { key: '', target: [''], url: '/', tags: [], fence: unfenced, urls: unfenced },
      varyValues: [],
      route: 'other',
      madeWith: { authorization: false, cookie: false },
    },
    { compresses: false },
  )
}
