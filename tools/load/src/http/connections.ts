import { buildConnector, Client } from 'undici'
import type { Exchange } from './exchange.ts'

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
  destroy(): Promise<void>
}

export interface ConnectionsOptions {
  origin: string
  /** Most connections at a time. */
  cap: number
  /** Whether a connection carries more than one request. */
  keepAlive: boolean
  /** Accepts any certificate. */
  insecure: boolean
  /** Told of each connection when it is open: when that was begun (performance.now()) and how long it took. */
  onConnect?: (startedAt: number, ms: number) => void
  /** How long an attempt to connect may take. */
  connectTimeoutMs: number
}

const longestIdleMs = 3_600_000

/**
 * One undici Client per connection and a stack of the free ones: O(1) per request, where undici's Pool looks through
 * its clients. Pipelining stays at 1: behind a slow answer, a second one would measure the first (undici #408).
 */
export function createConnections(options: ConnectionsOptions): Connections {
  const { origin, cap, keepAlive } = options
  const clients = new Set<Client>()
  const free: Client[] = []
  const line = createLine()
  const connect = createConnector({
    ...options,
    onConnect(startedAt, ms) {
      opened += 1
      options.onConnect?.(startedAt, ms)
    },
  })
  let opened = 0
  let waited = 0

  function open(): Client {
    // Deadlines are kept for all exchanges together (deadlines.ts), so undici's timers per request are off.
    const client = new Client(origin, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      // Who thinks keeps its connection: it ends when the server ends it, or says that it will (Keep-Alive).
      keepAliveTimeout: longestIdleMs,
      keepAliveMaxTimeout: longestIdleMs,
      connect,
    })
    clients.add(client)
    return client
  }

  function giveBack(client: Client): void {
    const next = line.next()
    if (next) next.send(client, !keepAlive)
    else free.push(client)
  }

  function close(client: Client): void {
    clients.delete(client)
    void client.destroy()
    const next = line.next()
    if (next) next.send(open(), !keepAlive)
  }

  return {
    send(exchange) {
      const client = free.pop() ?? (clients.size < cap ? open() : undefined)
      if (client) return exchange.send(client, !keepAlive)
      waited += 1
      line.join(exchange)
    },
    release(exchange) {
      const { client } = exchange
      exchange.client = null
      if (!client) return
      if (keepAlive) giveBack(client)
      else close(client)
    },
    abandon(exchange) {
      const { client } = exchange
      exchange.client = null
      if (client) close(client)
    },
    opened: () => opened,
    waited: () => waited,
    async destroy() {
      await Promise.all([...clients].map((client) => client.destroy()))
      clients.clear()
      free.length = 0
    },
  }
}

export interface ConnectorOptions {
  connectTimeoutMs: number
  insecure: boolean
  onConnect(startedAt: number, ms: number): void
}

/** Opens sockets for every client of the origin, which so share their TLS sessions, and times them. */
export function createConnector({
  connectTimeoutMs,
  insecure,
  onConnect,
}: ConnectorOptions): buildConnector.connector {
  const connect = buildConnector({ timeout: connectTimeoutMs, rejectUnauthorized: !insecure, allowH2: false })
  return (target, callback) => {
    const startedAt = performance.now()
    connect(target, (...[error, socket]) => {
      if (error !== null) return callback(error, null)
      onConnect(startedAt, performance.now() - startedAt)
      callback(null, socket)
    })
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
