import { Buffer } from 'node:buffer'
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { type HeaderBlock, isSameBlock, type ReadBlock } from './header-block.ts'
import { awaitSent, giveSocketToNode, giveToNode, hasNodeDone, isHttp, type NodesPart } from './nodes-part.ts'
import { readRequestLine, targetAt, versionLength } from './request-line.ts'
import type { SocketAnswer } from './socket-answer.ts'
import { createSocketReader, isStreamRead, readThroughStream } from './socket-bytes.ts'

/** What all connections of one server have in common. */
export interface Connections {
  readonly server: Server
  readonly readBlock: ReadBlock
  readonly answer: SocketAnswer
  /** Longest request head, in bytes. */
  readonly maxLength: number
  /** Whether requests may be answered here at the moment. */
  readonly mayAnswer: () => boolean
  /** Lets node:http into a connection; null where it has taken it for good. */
  readonly admit: (socket: Socket) => NodesPart | null
  /** An error of the connection itself. */
  readonly failed: (socket: Socket, error: Error) => void
  /** A connection has ended, or is another's. */
  readonly gone: (connection: FastConnection) => void
  /** Counts the looks at idle connections: the time, for what is idle. */
  readonly idleClock: { readonly turn: number }
}

/** A connection whose requests are answered from its socket. */
export interface FastConnection {
  readonly socket: Socket
  readonly shared: Connections
  /** None until something comes that is not answered here. */
  node: NodesPart | null
  /** That of its last request, which most often is that of the next. */
  block: HeaderBlock | null
  /** Requests answered. */
  served: number
  /** When it was last of use, by the idle clock. */
  usedAt: number
  /** Its client does not read what was written. */
  isBlocked: boolean
  /** What had come behind the answer that its client does not read. */
  held: Buffer | null
}

const kConnection = Symbol('hotpath.http.fast-connection')
type FastSocket = Socket & { [kConnection]: FastConnection }

/** Begins to answer the requests of a connection. */
export function openConnection(socket: Socket, shared: Connections): FastConnection {
  const connection: FastConnection = {
    socket,
    shared,
    node: null,
    block: null,
    served: 0,
    usedAt: shared.idleClock.turn,
    isBlocked: false,
    held: null,
  }
  ;(socket as FastSocket)[kConnection] = connection
  readHere(socket)
  socket.on('end', onEnd).on('error', onError).on('close', onClose).on('drain', onDrain)
  return connection
}

const readHere = createSocketReader(onBytes)

function onBytes(this: Socket, bytes: Buffer): void {
  const connection = (this as FastSocket)[kConnection]
  if (connection.isBlocked) holdBack(connection, bytes)
  else takeBytes(connection, bytes)
}

/** Until the client reads on, whoever else resumes the socket. */
function holdBack(connection: FastConnection, bytes: Buffer): void {
  const { held, socket } = connection
  connection.isBlocked = true
  if (bytes.length > 0) connection.held = Buffer.concat(held === null ? [bytes] : [held, bytes])
  socket.pause()
}

/** Gives bytes to node:http, in whose hands the connection is until it has done with all of them. */
export function handOver(connection: FastConnection, bytes: Buffer): void {
  const { socket, shared } = connection
  const isAlsoRead = isStreamRead(socket)
  if (connection.node === null) {
    socket.off('end', onEnd).off('error', onError)
    connection.node = shared.admit(socket)
    if (connection.node === null) return leave(connection, bytes)
  }
  if (isAlsoRead) {
    giveSocketToNode(socket, connection.node)
    return leave(connection, bytes)
  }
  if (bytes.length > 0 && !giveToNode(socket, connection.node, Buffer.from(bytes))) leave(connection, nothing)
}

/** Has nothing more to do with a connection; what of its bytes is not answered is read by whoever listens now. */
function leave(connection: FastConnection, bytes: Buffer): void {
  const { socket, shared } = connection
  socket.off('close', onClose).off('drain', onDrain)
  shared.gone(connection)
  readThroughStream(socket)
  if (bytes.length > 0) socket.push(Buffer.from(bytes))
}

const nothing = Buffer.alloc(0)

/** Answers requests in their order, until one has to be handed over or the client does not keep up. */
function takeBytes(connection: FastConnection, bytes: Buffer): void {
  const { node, shared, socket } = connection
  // On a socket that has ended, node:http drops its answers; who else reads one gets all that comes.
  const isNodes = !socket.writable || isStreamRead(socket) || (node !== null && !hasNodeDone(socket, node))
  if (isNodes) return handOver(connection, bytes)
  let at = 0
  while (at < bytes.length) {
    const next = shared.mayAnswer() ? answerAt(connection, bytes, at) : -1
    if (next === -1) return handOver(connection, at === 0 ? bytes : bytes.subarray(at))
    at = next
    connection.served += 1
    if (socket.writableNeedDrain) {
      holdBack(connection, bytes.subarray(at))
      break
    }
  }
  connection.usedAt = shared.idleClock.turn
  if (node !== null) awaitSent(socket, node, shared.server)
}

/** Answers the request that begins at `at`. Where the next one begins; -1 where this one is not answered here. */
function answerAt(connection: FastConnection, chunk: Buffer, at: number): number {
  const { socket, shared } = connection
  const targetEnd = readRequestLine(chunk, at)
  if (targetEnd === -1) return -1
  const blockAt = targetEnd + versionLength
  const last = connection.block
  const block =
    last !== null && isSameBlock(last, chunk, blockAt) ? last : shared.readBlock(chunk, blockAt, socket)
  if (block === null) return -1
  connection.block = block
  const end = blockAt + block.bytes.length
  if (end - at > shared.maxLength) return -1
  const url = chunk.toString('latin1', at + targetAt, targetEnd)
  return shared.answer({ socket, block, url }) ? end : -1
}

function onDrain(this: Socket): void {
  const connection = (this as FastSocket)[kConnection]
  if (!connection.isBlocked) return
  const { held } = connection
  connection.isBlocked = false
  connection.held = null
  connection.usedAt = connection.shared.idleClock.turn
  if (held !== null) takeBytes(connection, held)
  const { isBlocked, node } = connection
  // Whoever took an upgrade begins to read when he likes.
  if (!isBlocked && (node === null || isHttp(this))) this.resume()
}

/** Nothing more will come, and everything that came is answered. */
function onEnd(this: Socket): void {
  this.end()
}

function onError(this: Socket, error: Error): void {
  ;(this as FastSocket)[kConnection].shared.failed(this, error)
}

function onClose(this: Socket): void {
  const connection = (this as FastSocket)[kConnection]
  connection.shared.gone(connection)
}
