import { Buffer } from 'node:buffer'
import http, { type Server } from 'node:http'
import type { Socket } from 'node:net'
import { isNodeHeard } from '../nodes-channels.ts'
import { areResponsesNodesOwn } from '../prepared-writer.ts'
import { writesAtOnce } from '../prepared-bytes.ts'
import { hasNodesClasses } from '../server-classes.ts'
import type { AnyServer } from '../servers.ts'
import { type Connections, type FastConnection, handOver, openConnection } from './connection.ts'
import { type FastFront, noFront } from './fast-front.ts'
import { createBlockReader } from './header-block.ts'
import { createIdleConnections } from './idle-connections.ts'
import { admitNode, type ConnectionListener } from './nodes-part.ts'
import { createSocketAnswer, type SocketAnswerParts } from './socket-answer.ts'
import { canReadPastStreams } from './socket-bytes.ts'

/** Answers hits of a server from its sockets, past node:http; everything else is handed over to it. */
export type FastPath = (server: AnyServer, front?: FastFront) => void

/** Longest request head that is read, in bytes. */
const mostHead = 8 * 1024

/** Fewer header fields than these may be kept by `maxHeadersCount`, so that node:http would see another request. */
const mostFields = 100

/** Makes the fast path of one cache. Servers with TLS or HTTP/2, or with classes of their own, are left as they are. */
export function createFastPath(parts: SocketAnswerParts): FastPath {
  return (server, front = noFront) => {
    const listener = connectionListenerOf(server)
    if (listener === undefined) return
    takeConnections(server as Server, listener, { parts, front })
  }
}

/** Node's own listener for new connections: the one that every server has from the beginning. */
const [nodesListener] = http.createServer().listeners('connection') as ConnectionListener[]

/** The same, where nobody has taken it off and a connection is no more than a plain one of HTTP/1.1, read as is known. */
function connectionListenerOf(server: AnyServer): ConnectionListener | undefined {
  if (!canReadPastStreams || !hasNodesClasses(server)) return undefined
  return server.listeners('connection').includes(nodesListener!) ? nodesListener : undefined
}

interface Taking {
  readonly parts: SocketAnswerParts
  readonly front: FastFront
}

function takeConnections(server: Server, listener: ConnectionListener, { parts, front }: Taking): void {
  const { maxHeaderSize = http.maxHeaderSize } = server as Server & { maxHeaderSize?: number }
  const maxLength = Math.min(mostHead, maxHeaderSize - 1)
  const idle = createIdleConnections(server, (connection, why) => {
    if (why === 'no-request') refuseLate(connection)
    else if (!server.emit('timeout', connection.socket)) connection.socket.destroy()
  })
  const keepAlive = () => ({ keepAliveTimeout: server.keepAliveTimeout, maxRequests: 0 })
  const shared: Connections = {
    server,
    readBlock: createBlockReader({ maxLength, receive: front.receive }),
    answer: createSocketAnswer(parts, { front, keepAlive }),
    maxLength,
    mayAnswer: () => !isWantedByNode(server),
    admit: (socket) => admitNode(socket, { server, listener }),
    failed,
    gone: idle.delete,
    idleClock: idle.clock,
  }

  /** Node's own answer to it, which its listener gives to the error. */
  function refuseLate(connection: FastConnection): void {
    handOver(connection, nothing)
    const error = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
    connection.socket.emit('error', error)
  }

  function failed(socket: Socket, error: Error): void {
    socket.on('error', ignore)
    if (!server.emit('clientError', error, socket)) socket.destroy(error)
  }

  server.off('connection', listener)
  server.prependListener('connection', (socket: Socket) => {
    if (!writesAtOnce(socket) || isWantedByNode(server)) return listener.call(server, socket)
    idle.add(openConnection(socket, shared))
  })
  closeWith(server, idle)
}

const nothing = Buffer.alloc(0)
const ignore = () => {}

/** Whether something wants Node itself to make each answer. */
function isWantedByNode({ maxHeadersCount, maxRequestsPerSocket }: Server): boolean {
  // It counts what it has parsed itself.
  if (maxRequestsPerSocket !== null && maxRequestsPerSocket > 0) return true
  const countsFields = maxHeadersCount !== null && maxHeadersCount > 0 && maxHeadersCount < mostFields
  return countsFields || !areResponsesNodesOwn() || isNodeHeard()
}

/** Lets the server's own methods end these connections, too; `server.close` calls the first. */
function closeWith(server: Server, idle: { closeIdle(): void; closeAll(): void }): void {
  const closeIdle = server.closeIdleConnections.bind(server)
  const closeAll = server.closeAllConnections.bind(server)
  server.closeIdleConnections = () => {
    closeIdle()
    idle.closeIdle()
  }
  server.closeAllConnections = () => {
    closeAll()
    idle.closeAll()
  }
}
