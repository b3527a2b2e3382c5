import { type Connection, createConnection } from './connection.ts'
import { createDial, type DialOptions } from './dial.ts'
import type { Exchange } from './exchange.ts'
import { type RequestText, requestText } from './request-text.ts'

/** Connections to one origin, one request at a time each, opened on demand up to a cap. */
export interface Connections {
  /** Sends on a free connection, on a new one, or, at the cap, on the next to come free. */
  send(exchange: Exchange): void
  /** Takes back the connection of an exchange whose answer is complete. */
  release(exchange: Exchange): void
  /** Closes the connection of an exchange that failed. */
  abandon(exchange: Exchange): void
  /** Connections opened so far, those opened again included. */
  opened(): number
  /** Requests that had to wait because every connection was in use. */
  waited(): number
  /** Closes everything. Exchanges under way must have been settled. */
  destroy(): void
}

export interface ConnectionsOptions extends DialOptions {
  /** Most connections at a time. */
  cap: number
  /** Whether a connection carries more than one request. */
  keepAlive: boolean
  /** Told of each connection when it is open: when that was begun (performance.now()) and how long it took. */
  onConnect?: (startedAt: number, ms: number) => void
}

export function createConnections(options: ConnectionsOptions): Connections {
  const { origin, cap, keepAlive } = options
  const dial = createDial(options)
  const textOf = createWriter({ host: new URL(origin).host, isLast: !keepAlive })
  const all = new Set<Connection>()
  /** The last one used first: the others may rest. Some were closed while they lay here. */
  const free: Connection[] = []
  const line = createLine()
  let opened = 0
  let waited = 0

  function open(): Connection {
    const connection = createConnection({
      dial,
      onConnect(startedAt, ms) {
        opened += 1
        options.onConnect?.(startedAt, ms)
      },
      onIdleEnd: () => all.delete(connection),
    })
    all.add(connection)
    return connection
  }

  function takeFree(): Connection | undefined {
    const now = performance.now()
    for (let connection = free.pop(); connection; connection = free.pop()) {
      if (connection.isUsable(now)) return connection
      discard(connection)
    }
    return undefined
  }

  function discard(connection: Connection): void {
    all.delete(connection)
    connection.close()
  }

  function takeBack(connection: Connection): void {
    const isUsable = keepAlive && connection.isUsable(performance.now())
    if (!isUsable) discard(connection)
    const next = line.next()
    if (next) next.send(isUsable ? connection : open())
    else if (isUsable) free.push(connection)
  }

  return {
    send(exchange) {
      const text = textOf(exchange)
      if (typeof text === 'string') return exchange.settle(text)
      exchange.text = text
      const connection = takeFree() ?? (all.size < cap ? open() : undefined)
      if (connection) return exchange.send(connection)
      waited += 1
      line.join(exchange)
    },
    release(exchange) {
      const { connection } = exchange
      exchange.connection = null
      if (connection) takeBack(connection)
    },
    abandon(exchange) {
      const { connection } = exchange
      exchange.connection = null
      if (!connection) return
      discard(connection)
      const next = line.next()
      if (next) next.send(open())
    },
    opened: () => opened,
    waited: () => waited,
    destroy() {
      for (const connection of all) connection.close()
      all.clear()
      free.length = 0
    },
  }
}

/** Writes requests down; one that is sent over and over, once. */
function createWriter(options: {
  host: string
  isLast: boolean
}): (exchange: Exchange) => RequestText | string {
  let last: Exchange | undefined
  let text: RequestText | string = ''
  return (exchange) => {
    const { step, headers } = exchange
    if (last === undefined || step !== last.step || headers !== last.headers)
      text = requestText(step, { ...options, headers })
    last = exchange
    return text
  }
}

/** First come, first served; who gave up meanwhile is passed over. */
function createLine() {
  let waiting: Exchange[] = []
  let first = 0
  return {
    join(exchange: Exchange) {
      waiting.push(exchange)
    },
    next(): Exchange | undefined {
      while (first < waiting.length) {
        const exchange = waiting[first++]!
        if (!exchange.isSettled()) return exchange
      }
      waiting = []
      first = 0
      return undefined
    },
  }
}
