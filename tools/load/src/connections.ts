import { Client } from 'undici'
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
  /** How long an attempt to connect may take. */
  connectTimeoutMs: number
}

/**
 * One undici Client per connection and a stack of the free ones: O(1) per request, where undici's Pool looks through
 * its clients. Pipelining stays at 1: behind a slow answer, a second one would measure the first (undici #408).
 */
export function createConnections({ origin, cap, connectTimeoutMs }: ConnectionsOptions): Connections {
  const clients = new Set<Client>()
  const free: Client[] = []
  const line = createLine()
  let opened = 0
  let waited = 0

  function open(): Client {
    // Deadlines are kept for all exchanges together (deadlines.ts), so undici's timers per request are off.
    const client = new Client(origin, {
      pipelining: 1,
      headersTimeout: 0,
      bodyTimeout: 0,
      connectTimeout: connectTimeoutMs,
      allowH2: false,
    })
    client.on('connect', () => {
      opened += 1
    })
    clients.add(client)
    return client
  }

  function giveBack(client: Client): void {
    const next = line.next()
    if (next) next.send(client)
    else free.push(client)
  }

  return {
    send(exchange) {
      const client = free.pop() ?? (clients.size < cap ? open() : undefined)
      if (client) return exchange.send(client)
      waited += 1
      line.join(exchange)
    },
    release(exchange) {
      const { client } = exchange
      exchange.client = null
      if (client) giveBack(client)
    },
    abandon(exchange) {
      const { client } = exchange
      exchange.client = null
      if (!client) return
      clients.delete(client)
      void client.destroy()
      const next = line.next()
      if (next) next.send(open())
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
