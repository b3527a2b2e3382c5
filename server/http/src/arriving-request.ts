import { type IncomingHttpHeaders, IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { createBlockMemory } from './block-memory.ts'
import { type HeaderBlock, sharedBlock } from './header-block.ts'
import { isEncrypted } from './http2.ts'
import { isNodeHeard } from './nodes-channels.ts'
import { plainHead, type RequestHead } from './request-head.ts'
import { hasNodesClasses, makeRequestsOf } from './server-classes.ts'

/** Where a request has its block; null where it has none. */
const kBlock = Symbol('hotpath.http.block')
/** Where Node keeps the headers of a request, once they are made. */
const kHeaders: unique symbol = nodesSymbol() as never
/** The `emit` that was put before a server's own. */
const kEmit = Symbol('hotpath.http.emit')

function nodesSymbol(): symbol | undefined {
  const symbols = Object.getOwnPropertySymbols(new IncomingMessage(undefined as never))
  return symbols.find(({ description }) => description === 'kHeaders')
}

/** A request of such a server, whatever framework has changed its prototype since. */
interface Arrived {
  [kBlock]?: HeaderBlock | null
  [kHeaders]?: IncomingHttpHeaders | null
}

type NodesClass = new (socket: Socket) => IncomingMessage & {
  _addHeaderLines(lines: string[], count: number): void
  [kHeaders]: IncomingHttpHeaders | null
}

type WatchedServer = Server & { [kEmit]?: unknown }

const memory = createBlockMemory()

/**
 * Node makes the header object of every request before it tells anybody of it, because it looks for Host and Expect
 * itself; for what a browser sends, that is a good tenth of what a cached answer costs. Here a request whose lines were
 * there before shows Node the headers that were made then, frozen. Everybody else gets an object of its own as soon as
 * it reads `request.headers`; as long as nobody has, the request is what its block says.
 */
class ArrivingRequest extends (IncomingMessage as unknown as NodesClass) {
  [kBlock]: HeaderBlock | null = null

  // oxlint-disable-next-line no-underscore-dangle -- Node's name.
  override _addHeaderLines(lines: string[], count: number): void {
    // oxlint-disable-next-line no-underscore-dangle
    super._addHeaderLines(lines, count)
    if (count === lines.length && isSeenByNodeAlone(this)) recall(this, lines)
  }
}

/**
 * Whether nothing but Node's code has this request until it is emitted, by our `emit`; and whether its headers are no
 * more than its lines say: not trailers, which come this way when the message is complete.
 */
function isSeenByNodeAlone(
  request: IncomingMessage & { joinDuplicateHeaders?: boolean; upgrade?: unknown },
): boolean {
  const server = (request.socket as (Socket & { server?: WatchedServer }) | undefined)?.server
  if (server === undefined || server.emit !== server[kEmit] || isNodeHeard()) return false
  return (
    !request.complete && !request.upgrade && !request.joinDuplicateHeaders && request.httpVersionMajor === 1
  )
}

function recall(request: ArrivingRequest, lines: readonly string[]): void {
  const { socket } = request
  const isTls = isEncrypted(request)
  const known = memory.find(lines, isTls)
  if (known !== null) {
    request[kBlock] = known
    request[kHeaders] = known.headers
  } else if (memory.wasRepeated()) {
    const block = sharedBlock(plainHead('/', { ...request.headers }, socket))
    if (block !== null) memory.keep(lines, isTls, block)
  }
}

/**
 * Lets the requests of a server have the blocks of those before them, where it is one of Node's own. `emit` is what
 * was put in place of the server's: it has to call `release` with each request, and `ownHeaders` with what it emits
 * otherwise.
 */
export function rememberHeads(server: object, emit: unknown): void {
  if (!hasNodesClasses(server) || !isNodeKnown()) return
  ;(server as WatchedServer)[kEmit] = emit
  makeRequestsOf(server, ArrivingRequest)
}

/** Whether this release of Node keeps the headers where it is looked for them, and makes them when nothing is there. */
function isNodeKnown(): boolean {
  if ((kHeaders as symbol | undefined) === undefined) return false
  const request = new ArrivingRequest(undefined as never)
  const given = Object.freeze({ host: 'given' })
  // oxlint-disable-next-line no-underscore-dangle
  request._addHeaderLines(['Host', 'sent'], 2)
  request[kHeaders] = given
  const shows = request.headers === given
  request[kHeaders] = null
  return shows && request.headers.host === 'sent' && request[kHeaders] === request.headers
}

/** From here on others than Node may read and change the headers. */
export function release(request: IncomingMessage): void {
  const arrived = request as Arrived
  const block = arrived[kBlock]
  if (block && arrived[kHeaders] === block.headers) arrived[kHeaders] = null
}

/** The headers of a request, to be read and changed by whoever gets the request next. */
export function ownHeaders(request: IncomingMessage): IncomingHttpHeaders {
  release(request)
  const arrived = request as Arrived
  const block = blockOf(request)
  if (block !== null) arrived[kHeaders] = { ...block.headers }
  return request.headers
}

/** The block of a request, as long as nobody can have changed its headers; null where it has none. */
export function blockOf(request: RequestHead): HeaderBlock | null {
  const { [kBlock]: block, [kHeaders]: made } = request as Arrived
  return block && made === null ? block : null
}

/** The headers of a request, for those who do no more than read them: that leaves the block valid. */
export const headersOf = (request: RequestHead): IncomingHttpHeaders =>
  blockOf(request)?.headers ?? request.headers
