import type { Server } from 'node:http'
import type { FastConnection } from './connection.ts'

/** The connections of one server whose requests are answered from their sockets. */
export interface IdleConnections {
  /** Counts the looks at them. */
  readonly clock: { readonly turn: number }
  add(connection: FastConnection): void
  delete(connection: FastConnection): void
  /** Ends those that wait for their next request, as `server.closeIdleConnections` does. */
  closeIdle(): void
  closeAll(): void
}

/** Between two looks, in milliseconds: one timer for all connections, where one for each would cost every request. */
const lookMs = 250

/** Ends a connection that was idle for too long: by `server.timeout` or after a request, or before its first request. */
type EndIdle = (connection: FastConnection, why: 'idle' | 'no-request') => void

/** Keeps count of them, and ends those that are idle for too long by the limits that the server has at that moment. */
export function createIdleConnections(server: Server, end: EndIdle): IdleConnections {
  const open = new Set<FastConnection>()
  const clock = { turn: 0 }
  let timer: NodeJS.Timeout | null = null

  function look(): void {
    clock.turn += 1
    const limits = limitsOf(server)
    for (const connection of open) {
      const idleMs = (clock.turn - connection.usedAt - 1) * lookMs
      // One that is idle holds next to nothing, however long its last head was.
      if (idleMs >= lookMs) connection.block = null
      // Of one that node:http has a part in, it looks after the time itself.
      if (connection.node !== null || idleMs < limits.shortest) continue
      if (isWriting(connection) || connection.served > 0) {
        if (idleMs >= (isWriting(connection) ? limits.usual : limits.used)) end(connection, 'idle')
      } else if (idleMs >= limits.usual) end(connection, 'idle')
      else if (idleMs >= limits.unused) end(connection, 'no-request')
    }
  }

  return {
    clock,
    add(connection) {
      open.add(connection)
      timer ??= setInterval(look, lookMs).unref()
    },
    delete(connection) {
      open.delete(connection)
      if (open.size > 0 || timer === null) return
      clearInterval(timer)
      timer = null
    },
    closeIdle() {
      for (const connection of open) {
        const { node, served, socket } = connection
        // To Node, too, one that has sent nothing yet is busy.
        if (node === null && served > 0 && !isWriting(connection)) socket.destroy()
      }
    },
    closeAll() {
      for (const { socket } of open) socket.destroy()
    },
  }
}

/** Its client has not taken all of the last answer yet. */
const isWriting = ({ socket }: FastConnection) => socket.writableLength > 0

/**
 * How long a connection may be idle, in milliseconds: after a request, before its first, and at any time. As in Node, 0
 * is no limit.
 */
function limitsOf(server: Server): { used: number; unused: number; usual: number; shortest: number } {
  const { keepAliveTimeout, headersTimeout, requestTimeout, timeout } = server
  const { keepAliveTimeoutBuffer } = server
  const limit = (ms: number) => (ms > 0 ? ms : Infinity)
  const usual = limit(timeout)
  const used = keepAliveTimeout > 0 ? keepAliveTimeout + keepAliveTimeoutBuffer : usual
  const unused = Math.min(limit(headersTimeout), limit(requestTimeout))
  return { used, unused, usual, shortest: Math.min(used, unused, usual) }
}
