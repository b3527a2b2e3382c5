import { Buffer } from 'node:buffer'
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'

/** What node:http has to do with a connection that it shares with the fast path. */
export interface NodesPart {
  /** Node's own listener to the bytes of the connection, which gets those that it is given. */
  readonly read: (this: Socket, bytes: Buffer) => void
  /** What Node does with a request head. */
  readonly onIncoming: OnIncoming
  /** It was given bytes, and is not known to have done with them. */
  isBusy: boolean
  /** Its parser stands within a head, or has not seen any. */
  isInHead: boolean
  /** Its last request leaves the connection open, and as it was. */
  keepsAlive: boolean
  /** An answer that was given here has not left the process. */
  isSending: boolean
}

type OnIncoming = (request: ReadRequest, keepAlive: boolean) => number

/** A request whose head was read. */
type ReadRequest = IncomingMessage & { readonly upgrade?: boolean }

/** What Node keeps of a parser beside its documented properties. */
interface Parser {
  readonly socket: KnownSocket | null
  /** The last request whose head was read; null once it was read to its end. */
  readonly incoming: IncomingMessage | null
  readonly constructor: { readonly kOnMessageBegin?: number }
  onIncoming: OnIncoming
  /** Callbacks by number. */
  [callback: number]: unknown
}

const kPart = Symbol('hotpath.http.nodes-part')
type KnownSocket = Socket & {
  /** None any more after an upgrade, or once the connection has closed. */
  readonly parser?: Parser | null
  /** The response whose turn it is to be written. */
  readonly _httpMessage?: object | null
  [kPart]?: NodesPart
}

export interface Admission {
  readonly server: Server
  /** Node's own. */
  readonly listener: ConnectionListener
}

/**
 * Lets node:http into a connection whose bytes do not come to it but by `giveToNode`. Its parser tells where it stands by
 * two callbacks of its own, which Node takes off each parser that it frees. Null where Node does not show its parts as it
 * does in the versions that are known: then it listens to the connection by itself.
 */
export function admitNode(socket: Socket, { server, listener }: Admission): NodesPart | null {
  const known: KnownSocket = socket
  const others = socket.listeners('data')
  listener.call(server, socket)
  const read = socket.listeners('data').find((each) => !others.includes(each))
  const { parser } = known
  const begin = parser?.constructor.kOnMessageBegin
  if (read === undefined || !parser || begin === undefined) return null
  const part: NodesPart = {
    read: read as NodesPart['read'],
    onIncoming: parser.onIncoming,
    isBusy: true,
    isInHead: true,
    keepsAlive: false,
    isSending: false,
  }
  known[kPart] = part
  parser[begin] = onMessageBegin
  parser.onIncoming = onHead
  endDirectReading(socket)
  socket.off('data', part.read)
  return part
}

/**
 * Has Node's parser leave the reading to JavaScript, as it does for any other listener. With it Node takes off two of its
 * own that keep a socket paused which it has paused; they stay.
 */
function endDirectReading(socket: Socket): void {
  const held = (['pause', 'resume'] as const).map((event) => ({ event, listeners: socket.listeners(event) }))
  socket.on('data', ignore).off('data', ignore)
  for (const { event, listeners } of held) {
    const left = socket.listeners(event)
    for (const each of listeners) if (!left.includes(each)) socket.on(event, each as () => void)
  }
}

const ignore = () => {}

/** Has node:http listen to the socket by itself again. */
export function giveSocketToNode(socket: Socket, { read }: NodesPart): void {
  socket.on('data', read)
}

/** Node's listener for new connections. */
export type ConnectionListener = (this: Server, socket: Socket) => void

function onMessageBegin(this: Parser): void {
  this.socket![kPart]!.isInHead = true
}

function onHead(this: Parser, request: ReadRequest, keepAlive: boolean): number {
  const part = this.socket![kPart]!
  part.isInHead = false
  // Behind a wish to upgrade that nobody takes, Node's parser hides errors until it has read another head.
  part.keepsAlive = keepAlive && !request.upgrade
  return part.onIncoming(request, keepAlive)
}

/** Gives bytes to node:http. False if the connection is HTTP/1.1 no longer: then it is another's. */
export function giveToNode(socket: Socket, part: NodesPart, bytes: Buffer): boolean {
  part.isBusy = true
  part.read.call(socket, bytes)
  return isHttp(socket)
}

/** Whether a connection that node:http was let into is HTTP/1.1 still. */
export const isHttp = ({ parser }: KnownSocket) => parser !== null && parser !== undefined

/**
 * Whether node:http has done with all that it was given: its parser stands where a request may begin, no response is due,
 * and the connection is to be kept. Only then may a request be answered past it.
 */
export function hasNodeDone(socket: Socket, part: NodesPart): boolean {
  if (!part.isBusy) return true
  const { parser, _httpMessage: response }: KnownSocket = socket
  if (part.isInHead || !part.keepsAlive || response || !parser) return false
  if (parser.incoming !== null && !parser.incoming.complete) return false
  part.isBusy = false
  return true
}

/**
 * While an answer waits for its client, `server.timeout` bounds the wait, and `keepAliveTimeout` begins behind it: Node has
 * set it already, behind an answer of its own.
 */
export function awaitSent(socket: Socket, part: NodesPart, server: Server): void {
  if (part.isSending || socket.writableLength === 0) return
  part.isSending = true
  socket.setTimeout(server.timeout)
  socket.write(nothing, (error) => {
    part.isSending = false
    if (error) return
    if (socket.writableLength > 0) return awaitSent(socket, part, server)
    const { keepAliveTimeout, keepAliveTimeoutBuffer } = server
    if (!part.isBusy && keepAliveTimeout > 0) socket.setTimeout(keepAliveTimeout + keepAliveTimeoutBuffer)
  })
}

const nothing = Buffer.alloc(0)
