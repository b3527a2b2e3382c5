import type { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { type HeaderBlock, isSameBlock, type ReadBlock } from './header-block.ts'
import { readRequestLine, targetAt, versionLength } from './request-line.ts'
import type { SocketAnswer } from './socket-answer.ts'

/** What all connections of one server have in common. */
export interface Connections {
  readonly readBlock: ReadBlock
  readonly answer: SocketAnswer
  /** Longest request head, in bytes. */
  readonly maxLength: number
  /** Whether requests may be answered here at the moment. */
  readonly mayAnswer: () => boolean
  /** Gives a connection, with the bytes of it that are not answered, to node:http for good. */
  readonly handOver: (connection: FastConnection, rest: Buffer) => void
  /** An error of the connection itself. */
  readonly failed: (socket: Socket, error: Error) => void
  readonly closed: (connection: FastConnection) => void
  /** Counts the looks at idle connections: the time, for what is idle. */
  readonly idleClock: { readonly turn: number }
}

/** A connection whose requests are answered from its socket. */
export interface FastConnection {
  readonly socket: Socket
  readonly shared: Connections
  /** That of its last request, which most often is that of the next. */
  block: HeaderBlock | null
  /** Requests answered. */
  served: number
  /** When it was last of use, by the idle clock. */
  usedAt: number
  /** Its client does not read what was written. */
  isBlocked: boolean
}

const kConnection = Symbol('hotpath.http.fast-connection')
type FastSocket = Socket & { [kConnection]: FastConnection }

/** Begins to answer the requests of a connection. */
export function openConnection(socket: Socket, shared: Connections): FastConnection {
  const connection: FastConnection = {
    socket,
    shared,
    block: null,
    served: 0,
    usedAt: shared.idleClock.turn,
    isBlocked: false,
  }
  ;(socket as FastSocket)[kConnection] = connection
  socket.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose).on('drain', onDrain)
  return connection
}

/** Takes everything off the socket that was put there. */
export function releaseConnection({ socket }: FastConnection): void {
  socket
    .off('data', onData)
    .off('end', onEnd)
    .off('error', onError)
    .off('close', onClose)
    .off('drain', onDrain)
}

/** Answers the requests of a chunk in their order, until one has to be handed over or the client does not keep up. */
function onData(this: Socket, chunk: Buffer): void {
  const connection = (this as FastSocket)[kConnection]
  const { shared } = connection
  let at = 0
  while (at < chunk.length) {
    const next = shared.mayAnswer() ? answerAt(connection, chunk, at) : -1
    if (next === -1) return shared.handOver(connection, at === 0 ? chunk : chunk.subarray(at))
    at = next
    connection.served += 1
    if (this.writableNeedDrain) {
      connection.isBlocked = true
      this.pause()
      if (at < chunk.length) this.unshift(chunk.subarray(at))
      break
    }
  }
  connection.usedAt = shared.idleClock.turn
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
  connection.isBlocked = false
  connection.usedAt = connection.shared.idleClock.turn
  this.resume()
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
  connection.shared.closed(connection)
}
